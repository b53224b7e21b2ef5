package io.plimsoll.extender;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Request bodies as kube-scheduler writes them.
public final class Requests {

    public static final String POD = """
            {"metadata":{"name":"web-1","namespace":"shop","uid":"uid-web-1","ownerReferences":[{"apiVersion":"apps/v1",\
            "kind":"ReplicaSet","name":"web-7d","uid":"r","controller":true}]},"spec":{"containers":[{"name":"c",\
            "resources":{"requests":{"cpu":"250m","memory":"256Mi"}}}],"schedulerName":"default-scheduler"},\
            "status":{"phase":"Pending","qosClass":"Burstable"}}""";

    private Requests() {}

    public static String names(String... names) {
        return names(Arrays.asList(names));
    }

    public static String names(List<String> names) {
        return names.stream()
                .map(name -> '"' + name + '"')
                .collect(Collectors.joining(",", "{\"Pod\":" + POD + ",\"Nodes\":null,\"NodeNames\":[", "]}"));
    }

    public static String nodes(String... items) {
        return "{\"Pod\":" + POD + ",\"Nodes\":{\"metadata\":{},\"items\":[" + String.join(",", items)
                + "]},\"NodeNames\":null}";
    }
}
