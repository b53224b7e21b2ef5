package io.plimsoll.extender;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Request bodies as the `encoding/json` of Go writes them for the types of each Kubernetes version: no field is
/// left out that has no `omitempty`, and `<`, `>` and `&` come as escapes.
///
/// Up to 1.33 a time that is not set is `"creationTimestamp":null`; from 1.34 it is absent.
public final class GoPayloads {

    /// Minor versions, and a field of the pod's spec that came with each.
    private static final Map<Integer, String> NEW_IN_SPEC = new TreeMap<>(Map.of(
            30, "\"schedulingGates\":[{\"name\":\"example.com/gate\"}]",
            31, "\"securityContext\":{\"supplementalGroupsPolicy\":\"Strict\"}",
            32, "\"resources\":{\"requests\":{\"cpu\":\"300m\",\"memory\":\"512Mi\"}}",
            33, "\"hostUsers\":false",
            34, "\"hostnameOverride\":\"web\"",
            35, "\"workloadRef\":{\"name\":\"training\",\"podGroup\":\"workers\"}",
            36, "\"schedulingGroup\":{\"podGroupName\":\"workers\"}"));

    private GoPayloads() {}

    public static List<Integer> minorVersions() {
        return List.copyOf(NEW_IN_SPEC.keySet());
    }

    /// With `nodeCacheCapable: true`.
    public static String names(int minor, String... names) {
        var list = List.of(names).stream().map(name -> '"' + name + '"').collect(Collectors.joining(","));
        return "{\"Pod\":" + pod(minor) + ",\"Nodes\":null,\"NodeNames\":[" + list + "]}";
    }

    /// With `nodeCacheCapable: false`.
    public static String nodes(int minor, String... names) {
        var items = List.of(names).stream().map(name -> node(minor, name)).collect(Collectors.joining(","));
        return "{\"Pod\":" + pod(minor) + ",\"Nodes\":{\"metadata\":{},\"items\":[" + items + "]},\"NodeNames\":null}";
    }

    /// A pod that asks for 250 thousandths of a core and 256 MiB.
    public static String pod(int minor) {
        var further = NEW_IN_SPEC.entrySet().stream()
                .filter(field -> field.getKey() <= minor)
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(","));
        return """
                {"metadata":{"name":"web-7d-x2x","generateName":"web-7d-","namespace":"shop",\
                "uid":"0b5c1a52-9a53-4d2c-8d0e-1c8f9f6f3d11","resourceVersion":"4711","generation":1,\
                "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web","pod-template-hash":"7d"},\
                "annotations":{"example.com/note":"a \\u003c b \\u0026\\u0026 c \\u003e d, \\"{[quoted]}\\" \\\\"},\
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d",\
                "uid":"7f5a5ad0-6f3c-4bb5-9d6e-b0a1b1a7a001","controller":true,"blockOwnerDeletion":true}]},\
                "spec":{"volumes":[{"name":"token","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,\
                "path":"token"}}],"defaultMode":420}}],"containers":[{"name":"main","image":"registry.example/web:1",\
                "command":["sh","-c","true \\u0026\\u0026 exec web"],"env":[{"name":"SELF","valueFrom":{"fieldRef":\
                {"apiVersion":"v1","fieldPath":"metadata.name"}}}],"resources":{"limits":{"memory":"512Mi"},\
                "requests":{"cpu":"250m","memory":"256Mi"}},"volumeMounts":[{"name":"token","readOnly":true,\
                "mountPath":"/var/run/secrets"}],"terminationMessagePath":"/dev/termination-log",\
                "imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","schedulerName":"default-scheduler",\
                "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",\
                "tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority",%s},\
                "status":{"phase":"Pending",%s"conditions":[{"type":"PodScheduled","status":"False",\
                "lastProbeTime":null,"lastTransitionTime":"2026-01-01T00:00:00Z","reason":"Unschedulable"}],\
                "qosClass":"Burstable"}}""".formatted(further, minor >= 33 ? "\"observedGeneration\":1," : "");
    }

    public static String node(int minor, String name) {
        var created = minor <= 33 ? ",\"creationTimestamp\":null" : "";
        return """
                {"metadata":{"name":"%s"%s,"labels":{"kubernetes.io/hostname":"%s"},"annotations":\
                {"node.alpha.kubernetes.io/ttl":"0"}},"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"],\
                "taints":[{"key":"k","effect":"NoSchedule"}]},"status":{"capacity":{"cpu":"4","memory":"16Gi",\
                "pods":"110"},"allocatable":{"cpu":"4","memory":"16Gi","pods":"110"},"conditions":[{"type":"Ready",\
                "status":"True","lastHeartbeatTime":null,"lastTransitionTime":null,"reason":"KubeletReady",\
                "message":"kubelet is \\u003cready\\u003e"}],"daemonEndpoints":{"kubeletEndpoint":{"Port":10250}},\
                "nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"6.1","osImage":"",\
                "containerRuntimeVersion":"","kubeletVersion":"v1.%d.0","kubeProxyVersion":"","operatingSystem":"linux",\
                "architecture":"amd64"}%s}}""".formatted(
                name,
                created,
                name,
                minor,
                minor >= 30 ? ",\"runtimeHandlers\":[{\"name\":\"\",\"features\":{\"userNamespaces\":true}}]" : "");
    }
}
