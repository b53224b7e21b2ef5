package io.plimsoll.app.lint;

import io.plimsoll.app.lint.FieldType.Anything;
import io.plimsoll.app.lint.FieldType.Fields;
import io.plimsoll.app.lint.FieldType.ListOf;
import io.plimsoll.app.lint.FieldType.Plain;
import io.plimsoll.app.yaml.YamlNode.ScalarKind;
import java.util.LinkedHashMap;
import java.util.List;

/// The fields of `kubescheduler.config.k8s.io/v1`, as of Kubernetes 1.36 (`k8s.io/kube-scheduler/config/v1/types.go`).
final class SchedulerSchema {

    private static final FieldType TEXT = new Plain("a text", ScalarKind.TEXT);
    private static final FieldType SWITCH = new Plain("true or false", ScalarKind.BOOLEAN);
    private static final FieldType WHOLE = new Plain("a whole number", ScalarKind.INTEGER);
    private static final FieldType NUMBER = new Plain("a number", ScalarKind.INTEGER, ScalarKind.FRACTION);
    private static final FieldType DURATION = new Plain("a duration such as 300ms or 15s", ScalarKind.TEXT);

    private static final List<String> EXTENSION_POINTS = List.of(
            "preEnqueue",
            "queueSort",
            "preFilter",
            "filter",
            "postFilter",
            "preScore",
            "score",
            "reserve",
            "permit",
            "preBind",
            "bind",
            "postBind",
            "multiPoint",
            "placementGenerate",
            "placementScore");

    private static final Fields LEADER_ELECTION = Fields.of(
            "leaderElect", SWITCH,
            "leaseDuration", DURATION,
            "renewDeadline", DURATION,
            "retryPeriod", DURATION,
            "resourceLock", TEXT,
            "resourceName", TEXT,
            "resourceNamespace", TEXT);

    private static final Fields CLIENT_CONNECTION = Fields.of(
            "kubeconfig", TEXT, "acceptContentTypes", TEXT, "contentType", TEXT, "qps", NUMBER, "burst", WHOLE);

    private static final Fields PROFILE = Fields.of(
            "schedulerName",
            TEXT,
            "percentageOfNodesToScore",
            WHOLE,
            "plugins",
            plugins(),
            "pluginConfig",
            new ListOf(Fields.of("name", TEXT, "args", new Anything())));

    private static final Fields EXTENDER = Fields.of(
            "urlPrefix", TEXT,
            "filterVerb", TEXT,
            "preemptVerb", TEXT,
            "prioritizeVerb", TEXT,
            "weight", WHOLE,
            "bindVerb", TEXT,
            "enableHTTPS", SWITCH,
            "tlsConfig",
                    Fields.of(
                            "insecure", SWITCH,
                            "serverName", TEXT,
                            "certFile", TEXT,
                            "keyFile", TEXT,
                            "caFile", TEXT,
                            "certData", TEXT,
                            "keyData", TEXT,
                            "caData", TEXT),
            "httpTimeout", DURATION,
            "nodeCacheCapable", SWITCH,
            "managedResources", new ListOf(Fields.of("name", TEXT, "ignoredByScheduler", SWITCH)),
            "ignorable", SWITCH);

    static final Fields ROOT = Fields.of(
            "apiVersion", TEXT,
            "kind", TEXT,
            "parallelism", WHOLE,
            "leaderElection", LEADER_ELECTION,
            "clientConnection", CLIENT_CONNECTION,
            "enableProfiling", SWITCH,
            "enableContentionProfiling", SWITCH,
            "percentageOfNodesToScore", WHOLE,
            "podInitialBackoffSeconds", WHOLE,
            "podMaxBackoffSeconds", WHOLE,
            "profiles", new ListOf(PROFILE),
            "extenders", new ListOf(EXTENDER),
            "delayCacheUntilActive", SWITCH);

    private SchedulerSchema() {}

    private static Fields plugins() {
        var plugin = Fields.of("name", TEXT, "weight", WHOLE);
        var set = Fields.of("enabled", new ListOf(plugin), "disabled", new ListOf(plugin));
        var byName = new LinkedHashMap<String, FieldType>();
        EXTENSION_POINTS.forEach(point -> byName.put(point, set));
        return new Fields(byName);
    }
}
