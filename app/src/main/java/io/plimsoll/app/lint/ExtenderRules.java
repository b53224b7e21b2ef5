package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.Place;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The traps in one entry of `extenders`.
///
/// @param own how the extender itself is set
record ExtenderRules(Findings findings, Mapping extender, ExtenderFacts own) {

    private static final double TIMEOUT_MILLIS_MAX = 1_000;
    private static final long WEIGHT_MIN = 3;
    private static final List<String> VERBS = List.of("filterVerb", "prioritizeVerb", "preemptVerb", "bindVerb");

    void check() {
        checkVerbs();
        checkUrl();
        checkTimeout();
        checkWeight();
        checkIgnorable();
        checkNodeCache();
        new TlsRules(findings, extender).check();
        checkManagedResources();
    }

    private boolean calls(String verb) {
        return extender.scalar(verb).isPresent();
    }

    private Place placeOf(String key) {
        return extender.get(key).map(YamlNode::place).orElse(extender.place());
    }

    // Verbs

    private void checkVerbs() {
        if (VERBS.stream().noneMatch(this::calls)) {
            findings.error(
                    "no-verb",
                    extender.place(),
                    "no verb is set; the extender is never called",
                    "Set prioritizeVerb: prioritize, and filterVerb: filter where hot nodes shall be refused.");
        }
        if (calls("filterVerb") && !calls("prioritizeVerb")) {
            findings.warning(
                    "filter-only",
                    placeOf("filterVerb"),
                    "prioritizeVerb is missing; scores of nodes are never asked for",
                    "Add prioritizeVerb: prioritize and weight: 5.");
        }
        extender.scalar("preemptVerb")
                .ifPresent(verb -> findings.note(
                        "preempt-verb",
                        verb.place(),
                        "preemptVerb costs a call for each preemption; Plimsoll returns what comes in",
                        "Leave it out, unless another extender needs it."));
        VERBS.stream().flatMap(verb -> extender.scalar(verb).stream()).forEach(this::checkVerb);
    }

    private void checkVerb(Scalar verb) {
        if (verb.text().startsWith("/")) {
            findings.error(
                    "verb-slash",
                    verb.place(),
                    "the verb begins with a slash; the path gets two of them and is not found",
                    "Write " + verb.text().replaceFirst("^/+", "") + ".");
        }
    }

    // Address

    private void checkUrl() {
        extender.scalar("urlPrefix")
                .ifPresentOrElse(
                        this::checkUrl,
                        () -> findings.error(
                                "url-missing",
                                extender.place(),
                                "urlPrefix is missing; every call fails",
                                "Write urlPrefix: http://127.0.0.1:8888/scheduler, or the extender's address."));
    }

    private void checkUrl(Scalar url) {
        if (!url.text().matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
            findings.error(
                    "url-form",
                    url.place(),
                    "urlPrefix is not http(s)://HOST:PORT/PATH: " + url.text(),
                    "Write scheme, host and path; no query.");
            return;
        }
        trailingVerb(url.text())
                .ifPresent(verb -> findings.error(
                        "url-verb",
                        url.place(),
                        "urlPrefix ends with the verb '" + verb + "', which the scheduler appends once more",
                        "Write " + url.text().replaceFirst("/" + verb + "/*$", "") + "."));
        if (url.text().matches("https?://[^/:]+\\.svc(\\.[^/:]*)?(:\\d+)?(/.*)?")) {
            findings.warning(
                    "url-service-name",
                    url.place(),
                    "urlPrefix is a Service's name, which a static pod on the host network does not resolve",
                    "Use the ClusterIP or 127.0.0.1, or give the scheduler dnsPolicy: ClusterFirstWithHostNet.");
        }
    }

    private Optional<String> trailingVerb(String url) {
        var last = url.replaceFirst("/+$", "").replaceFirst(".*/", "");
        return Stream.concat(
                        Stream.of("filter", "prioritize", "bind", "preempt"),
                        VERBS.stream().flatMap(verb -> extender.scalar(verb).map(Scalar::text).stream()))
                .filter(last::equals)
                .findFirst();
    }

    // Time

    private void checkTimeout() {
        extender.scalar("httpTimeout")
                .ifPresentOrElse(
                        this::checkTimeout,
                        () -> findings.warning(
                                "timeout-missing",
                                extender.place(),
                                "httpTimeout is missing, so 5 s; a hung extender stops each pod that long, twice",
                                "Write httpTimeout: 300ms."));
    }

    private void checkTimeout(Scalar timeout) {
        var millis = GoDuration.millis(timeout.text()).orElse(Double.NaN);
        if (Double.isNaN(millis)) {
            findings.error(
                    "timeout-form",
                    timeout.place(),
                    "httpTimeout is not a duration: " + timeout.text(),
                    "Write a number with its unit, like 300ms.");
        } else if (millis <= 0) {
            findings.warning(
                    "timeout-missing",
                    timeout.place(),
                    "httpTimeout of 0 or less means 5 s, or that every call fails",
                    "Write httpTimeout: 300ms.");
        } else if (millis > TIMEOUT_MILLIS_MAX) {
            findings.warning(
                    "timeout-long",
                    timeout.place(),
                    "httpTimeout is above 1 s; pods are scheduled one after the other, and each would wait that long",
                    "Write httpTimeout: 300ms.");
        } else if (millis < 2.0 * own.deadlineMillis()) {
            findings.warning(
                    "timeout-short",
                    timeout.place(),
                    "httpTimeout is less than twice the extender's own deadline of " + own.deadlineMillis()
                            + " ms; late neutral answers will not arrive",
                    "Write httpTimeout: 300ms, or lower the extender's deadline.");
        }
    }

    // Scores

    private void checkWeight() {
        var weight = extender.scalar("weight");
        if (!calls("prioritizeVerb")) {
            weight.ifPresent(value -> findings.warning(
                    "weight-unused",
                    value.place(),
                    "weight has no effect without prioritizeVerb",
                    "Add prioritizeVerb: prioritize, or remove the weight."));
            return;
        }
        long value = weight.map(Scalar::text)
                .filter(text -> text.matches("[-+]?\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
        var place = weight.map(Scalar::place).orElse(extender.place());
        if (value <= 0) {
            findings.error(
                    "weight-zero",
                    place,
                    "weight is " + (weight.isPresent() ? value : "missing")
                            + "; with prioritizeVerb it must be above 0, and the scheduler does not start",
                    "Write weight: 5.");
        } else if (value < WEIGHT_MIN) {
            findings.warning(
                    "weight-low",
                    place,
                    "weight " + value + " lets the extender's 0 to 10 count for " + value * 100
                            + " points at most, beside 1,200 of the scheduler's own plugins",
                    "Write weight: 5 or more.");
        }
    }

    // Failure

    private void checkIgnorable() {
        if (!extender.isTrue("ignorable")) {
            findings.warning(
                    "ignorable",
                    placeOf("ignorable"),
                    "ignorable is not true; while the extender is down no pod is scheduled, the extender's own included",
                    "Write ignorable: true.");
        }
    }

    private void checkNodeCache() {
        if (!extender.isTrue("nodeCacheCapable")) {
            findings.warning(
                    "node-cache",
                    placeOf("nodeCacheCapable"),
                    "nodeCacheCapable is not true; whole Node objects travel with every call"
                            + (calls("filterVerb")
                                    ? ", and from 1.33 on the scheduler's own scores then see these nodes as empty"
                                    : ""),
                    "Write nodeCacheCapable: true.");
        }
    }

    // Managed resources

    private void checkManagedResources() {
        if (!(extender.get("managedResources").orElse(extender) instanceof Listing resources)
                || resources.items().isEmpty()) {
            return;
        }
        findings.warning(
                "managed-resources",
                resources.place(),
                "with managedResources only pods that request one of these resources are sent to the extender",
                "Remove it, unless pods shall opt in this way.");
        resources.items().stream()
                .filter(Mapping.class::isInstance)
                .map(Mapping.class::cast)
                .forEach(this::checkManagedResource);
    }

    private void checkManagedResource(Mapping resource) {
        var name = resource.scalar("name").map(Scalar::text).orElse("");
        if (!isExtendedResource(name)) {
            findings.error(
                    "managed-resource-name",
                    resource.place(),
                    "'" + name + "' is not the name of an extended resource; the scheduler does not start",
                    "Write a name with a domain of one's own, like example.com/load-aware.");
        }
        if (!resource.isTrue("ignoredByScheduler")) {
            findings.warning(
                    "managed-resource-counted",
                    resource.place(),
                    "ignoredByScheduler is not true; nodes that do not offer " + name + " are refused by the scheduler",
                    "Write ignoredByScheduler: true, unless nodes offer it.");
        }
    }

    /// As Kubernetes defines it: a domain that is not its own, no quota prefix.
    private static boolean isExtendedResource(String name) {
        return name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
                && !name.matches("(.*\\.)?kubernetes\\.io/.*")
                && !name.startsWith("requests.");
    }
}
