package io.plimsoll.extender.wire;

import io.plimsoll.extender.wire.MalformedRequest.Kind;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what a decision needs of a pod's JSON and skips the rest, whatever a newer Kubernetes puts there.
///
/// Absent and null are the same. A pod without a namespace is in `default`, as for the API server. It reads the
/// body of a request where it lies: a pod is most of what comes with 500 names, and of a pod nearly all is
/// skipped.
public final class PodReader {

    private static final String OPT_OUT = "opt-out.plimsoll.io/";

    private final JsonCursor json = new JsonCursor();
    private String namespace = "default";
    private String name = "";
    private String uid = "";
    private boolean terminating;
    private int priority;
    private Map<String, String> optOuts = Map.of();
    private String ownerKind = "";
    private String ownerName = "";
    private Optional<String> nodeName = Optional.empty();
    private final List<ContainerSpec> containers = new ArrayList<>();
    private final List<ContainerSpec> initContainers = new ArrayList<>();
    private PodLevel level = PodLevel.NONE;

    /// The `resources` of a container or of a pod.
    private record Requirements(Resources requests, Resources limits) {

        static final Requirements NONE = new Requirements(Resources.NONE, Resources.NONE);
    }

    private PodReader() {}

    /// Throws [MalformedRequest] when the bytes are no pod.
    public static PodSpec read(byte[] json, int from, int length) {
        var reader = new PodReader();
        reader.json.reset(json, from, from + length);
        reader.pod();
        return reader.build();
    }

    private void pod() {
        json.expectType('{', "Pod");
        json.fields(() -> {
            if (json.keyIs("metadata")) {
                json.object("Pod.metadata", this::metadata);
            } else if (json.keyIs("spec")) {
                json.object("Pod.spec", this::spec);
            } else {
                json.skipValue();
            }
        });
    }

    private void metadata() {
        if (json.keyIs("name")) {
            name = json.text("Pod.metadata.name");
        } else if (json.keyIs("namespace")) {
            namespace = json.text("Pod.metadata.namespace");
        } else if (json.keyIs("uid")) {
            uid = json.text("Pod.metadata.uid");
        } else if (json.keyIs("labels")) {
            json.object("Pod.metadata.labels", this::label);
        } else if (json.keyIs("deletionTimestamp")) {
            terminating = true;
            json.skipValue();
        } else if (json.keyIs("ownerReferences")) {
            json.items("Pod.metadata.ownerReferences", this::ownerReference);
        } else {
            json.skipValue();
        }
    }

    private void label() {
        if (json.keyStartsWith(OPT_OUT)) {
            if (optOuts.isEmpty()) {
                optOuts = new HashMap<>();
            }
            optOuts.put(json.key(), json.text("a label"));
        } else {
            json.string("a label");
        }
    }

    private void ownerReference() {
        var reference = new Object() {
            String kind = "";
            String name = "";
            boolean controller;
        };
        json.object("an owner reference", () -> {
            if (json.keyIs("kind")) {
                reference.kind = json.text("ownerReferences.kind");
            } else if (json.keyIs("name")) {
                reference.name = json.text("ownerReferences.name");
            } else if (json.keyIs("controller")) {
                reference.controller = json.scalar("ownerReferences.controller").equals("true");
            } else {
                json.skipValue();
            }
        });
        if (reference.controller) {
            ownerKind = reference.kind;
            ownerName = reference.name;
        }
    }

    private void spec() {
        if (json.keyIs("nodeName")) {
            nodeName = Optional.of(json.text("Pod.spec.nodeName"));
        } else if (json.keyIs("priority")) {
            priority = integer("Pod.spec.priority");
        } else if (json.keyIs("containers")) {
            containers.clear();
            json.items("Pod.spec.containers", () -> containers.add(container(false)));
        } else if (json.keyIs("initContainers")) {
            initContainers.clear();
            json.items("Pod.spec.initContainers", () -> initContainers.add(container(true)));
        } else if (json.keyIs("resources")) {
            level = new PodLevel(requirements("Pod.spec.resources").requests(), level.overhead());
        } else if (json.keyIs("overhead")) {
            level = new PodLevel(level.requests(), resources("Pod.spec.overhead"));
        } else {
            json.skipValue();
        }
    }

    private ContainerSpec container(boolean isInit) {
        var container = new Object() {
            String name = "";
            Requirements resources = Requirements.NONE;
            boolean isSidecar;
        };
        json.object("a container", () -> {
            if (json.keyIs("name")) {
                container.name = json.text("container.name");
            } else if (json.keyIs("restartPolicy")) {
                container.isSidecar = json.text("container.restartPolicy").equals("Always");
            } else if (json.keyIs("resources")) {
                container.resources = requirements("container.resources");
            } else {
                json.skipValue();
            }
        });
        var spec = new ContainerSpec(container.name, container.resources.requests(), container.resources.limits());
        if (!isInit) {
            return spec;
        }
        return container.isSidecar ? spec.asSidecar() : spec.asInit();
    }

    private Requirements requirements(String where) {
        var amounts = new Resources[] {Resources.NONE, Resources.NONE};
        json.object(where, () -> {
            if (json.keyIs("requests")) {
                amounts[0] = resources(where);
            } else if (json.keyIs("limits")) {
                amounts[1] = resources(where);
            } else {
                json.skipValue();
            }
        });
        return new Requirements(amounts[0], amounts[1]);
    }

    private Resources resources(String where) {
        var amounts = new long[2];
        json.object(where, () -> {
            if (json.keyIs("cpu")) {
                var text = json.scalar("cpu");
                amounts[0] = checked(Quantities.milli(text), text);
            } else if (json.keyIs("memory")) {
                var text = json.scalar("memory");
                amounts[1] = checked(Quantities.value(text), text);
            } else {
                json.skipValue();
            }
        });
        return new Resources(amounts[0], amounts[1]);
    }

    /// What is no quantity reads as 0; here it may be a slip in a manifest that somebody wrote by hand.
    private static long checked(long amount, String text) {
        if (amount == 0 && !Quantities.isQuantity(text)) {
            throw new MalformedRequest(Kind.WRONG_TYPE, "not a Kubernetes quantity: '" + text + "'");
        }
        return amount;
    }

    private int integer(String where) {
        var text = json.scalar(where);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MalformedRequest(Kind.WRONG_TYPE, where + " must be a whole number but is '" + text + "'");
        }
    }

    /// Sidecars (restartable init containers) run beside the containers.
    private PodSpec build() {
        var running = new ArrayList<>(containers);
        for (var container : initContainers) {
            if (container.isSidecar()) {
                running.add(container);
            }
        }
        var owner = ownerName.isEmpty() ? Optional.<Owner>empty() : Owner.referred(namespace, ownerKind, ownerName);
        return new PodSpec(
                new PodKey(namespace, name),
                uid,
                owner,
                nodeName,
                PodPhase.PENDING,
                false,
                priority,
                0,
                terminating,
                running,
                InitContainers.of(initContainers),
                level,
                OptOut.in(optOuts),
                MemoryFacts.NONE,
                PodTraits.NONE);
    }
}
