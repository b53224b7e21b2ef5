package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kills for memory that a pod's container statuses tell of, and what the kubelet has given its containers,
/// collected while they are read; belongs to the thread that reads.
///
/// A run that was killed shows as the present state (`state.terminated`), and as the last one
/// (`lastState.terminated`) from the next start on, or while that is put off (`CrashLoopBackOff`). Only the
/// last one is remembered.
///
/// | shown as | container | runs that had ended before it |
/// |---|---|---|
/// | `state` | has ended | `restartCount` |
/// | `lastState` | runs, or has ended again | `restartCount` − 1 |
/// | `lastState` | waits | `restartCount`: the next start has not been counted |
final class ContainerStatuses {

    private record Ended(String containerId, long atMillis) {}

    private record Sighting(String container, Ended run, int restartCount, Optional<Requirements> resources) {}

    private final Pool pool;
    private final List<Sighting> sightings = new ArrayList<>(0);
    private final List<Given> given = new ArrayList<>(2);
    private int restarts;

    /// The larger of what the kubelet has set aside for a container and what the runtime has set.
    private record Given(String container, Resources requests) {}

    ContainerStatuses(Pool pool) {
        this.pool = pool;
    }

    /// One status, of a container or an init container.
    void read(JsonParser parser) throws IOException {
        var status = new Status();
        Json.object(parser, status::read);
        status.addTo(sightings);
        status.given().ifPresent(given::add);
        restarts = (int) Math.min(Integer.MAX_VALUE, (long) restarts + status.restartCount);
    }

    /// Of all containers together.
    int restarts() {
        return restarts;
    }

    /// How much more these containers have been given than they ask for.
    Resources held(List<ContainerSpec> containers) {
        long cpuMillis = 0;
        long memoryBytes = 0;
        for (var has : given) {
            for (var container : containers) {
                if (container.name().equals(has.container())) {
                    var asked = container.requests();
                    cpuMillis += Math.max(0, has.requests().cpuMillis() - asked.cpuMillis());
                    memoryBytes += Math.max(0, has.requests().memoryBytes() - asked.memoryBytes());
                }
            }
        }
        return cpuMillis == 0 && memoryBytes == 0 ? Resources.NONE : new Resources(cpuMillis, memoryBytes);
    }

    /// Whether no kill was told of: so it is of nearly all pods.
    boolean isEmpty() {
        return sightings.isEmpty();
    }

    /// @param specs all containers by their names, init containers included
    List<MemoryKill> kills(Map<String, ContainerSpec> specs, boolean isEvicted) {
        return sightings.stream()
                .map(sighting -> kill(sighting, Optional.ofNullable(specs.get(sighting.container())), isEvicted))
                .toList();
    }

    /// What the kubelet has set goes before what the spec asks for, which may have been changed a moment ago.
    private MemoryKill kill(Sighting sighting, Optional<ContainerSpec> spec, boolean isEvicted) {
        var asked = new Requirements(
                spec.map(ContainerSpec::requests).orElse(Resources.NONE),
                spec.map(ContainerSpec::limits).orElse(Resources.NONE));
        var resources = sighting.resources().orElse(asked);
        return new MemoryKill(
                pool.string(sighting.container()),
                sighting.run().containerId(),
                sighting.restartCount(),
                resources.limits().memoryBytes(),
                resources.requests().memoryBytes(),
                sighting.run().atMillis(),
                isEvicted);
    }

    /// One status while it is read.
    private static final class Status {

        private String name = "";
        private int restartCount;
        private boolean isWaiting;
        private Optional<Ended> present = Optional.empty();
        private Optional<Ended> last = Optional.empty();
        private Optional<Requirements> resources = Optional.empty();
        private Resources allocated = Resources.NONE;

        void read(String field, JsonParser parser) throws IOException {
            switch (field) {
                case "name" -> name = Json.text(parser);
                case "restartCount" -> restartCount = Json.count(parser);
                case "resources" -> resources = Optional.of(Requirements.read(parser));
                case "allocatedResources" -> allocated = Amounts.read(parser);
                case "state" -> Json.object(parser, this::readState);
                case "lastState" -> Json.object(parser, this::readLastState);
                default -> parser.skipChildren();
            }
        }

        private void readState(String state, JsonParser parser) throws IOException {
            switch (state) {
                case "terminated" -> present = killed(parser);
                case "waiting" -> {
                    isWaiting = true;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }

        private void readLastState(String state, JsonParser parser) throws IOException {
            if (state.equals("terminated")) {
                last = killed(parser);
            } else {
                parser.skipChildren();
            }
        }

        private static Optional<Ended> killed(JsonParser parser) throws IOException {
            var texts = new String[] {"", ""};
            var atMillis = new long[1];
            Json.object(parser, (field, p) -> {
                switch (field) {
                    case "reason" -> texts[0] = Json.text(p);
                    case "containerID" -> texts[1] = Json.text(p);
                    case "finishedAt" -> atMillis[0] = Json.millis(p);
                    default -> p.skipChildren();
                }
            });
            return texts[0].equals("OOMKilled") ? Optional.of(new Ended(texts[1], atMillis[0])) : Optional.empty();
        }

        Optional<Given> given() {
            var requests = allocated.max(resources.map(Requirements::requests).orElse(Resources.NONE));
            return requests.isZero() ? Optional.empty() : Optional.of(new Given(name, requests));
        }

        void addTo(List<Sighting> sightings) {
            int before = isWaiting ? restartCount : Math.max(0, restartCount - 1);
            last.ifPresent(run -> sightings.add(new Sighting(name, run, before, resources)));
            present.ifPresent(run -> sightings.add(new Sighting(name, run, restartCount, resources)));
        }
    }
}
