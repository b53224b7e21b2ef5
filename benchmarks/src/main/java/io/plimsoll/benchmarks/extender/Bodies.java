package io.plimsoll.benchmarks.extender;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Request bodies as kube-scheduler sends them, with a pod of about 10 kB.
final class Bodies {

    private static final String POD = """
            {"metadata":{"name":"web-1-10","namespace":"team-10","uid":"b1f2","ownerReferences":[{"apiVersion":"apps/v1",\
            "kind":"ReplicaSet","name":"web-1","uid":"o1","controller":true}],"labels":{"app":"web"}},"spec":{"containers":\
            [{"name":"main","image":"registry.example/web:1","env":[%s],"resources":{"requests":{"cpu":"250m","memory":"512Mi"}}}]},\
            "status":{"phase":"Pending"}}""".formatted(IntStream.range(0, 150)
            .mapToObj(i -> "{\"name\":\"VARIABLE_%d\",\"value\":\"value number %d of this pod\"}".formatted(i, i))
            .collect(Collectors.joining(",")));

    private Bodies() {}

    static byte[] names(int count) {
        var names = IntStream.range(0, count)
                .mapToObj(i -> '"' + SyntheticCluster.nodeName(i) + '"')
                .collect(Collectors.joining(","));
        return ("{\"Pod\":" + POD + ",\"Nodes\":null,\"NodeNames\":[" + names + "]}").getBytes(StandardCharsets.UTF_8);
    }

    /// Whole nodes of about 13 kB each, as a real node with its images is.
    static byte[] wholeNodes(int count) {
        var images = IntStream.range(0, 50)
                .mapToObj(i ->
                        "{\"names\":[\"registry.example/team/image-%d@sha256:%064d\",\"registry.example/team/image-%d:1.%d\"],\"sizeBytes\":%d}"
                                .formatted(i, i, i, i, 100_000_000 + i))
                .collect(Collectors.joining(","));
        var labels = IntStream.range(0, 60)
                .mapToObj(i -> "\"label.example/key-%d\":\"a value that is not short, number %d\"".formatted(i, i))
                .collect(Collectors.joining(","));
        var items = IntStream.range(0, count)
                .mapToObj(i -> "{\"metadata\":{\"name\":\"" + SyntheticCluster.nodeName(i) + "\",\"labels\":{" + labels
                        + "}},\"spec\":{},\"status\":{\"capacity\":{\"cpu\":\"16\"},\"images\":[" + images + "]}}")
                .collect(Collectors.joining(","));
        return ("{\"Pod\":" + POD + ",\"Nodes\":{\"metadata\":{},\"items\":[" + items + "]},\"NodeNames\":null}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
