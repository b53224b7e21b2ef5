package io.plimsoll.testbed.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.DisruptionBudget;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.simulation.Demand;
import io.plimsoll.testbed.simulation.SimulatedBudget;
import io.plimsoll.testbed.simulation.SimulatedCluster;
import io.plimsoll.testbed.simulation.SimulationSettings;
import io.plimsoll.testbed.simulation.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The contract, kept by the simulation.
class SimulatedContractTest extends ClusterContract {

    private final Simulation simulation = new Simulation();

    @Override
    ContractCluster cluster() {
        return simulation;
    }

    private static final class Simulation implements ContractCluster {

        private static final String NAMESPACE = "contract";
        private static final Resources NODE = new Resources(4000, 8L << 30);

        private final List<ClusterEvent> events = new ArrayList<>();
        private final SimulatedCluster cluster = new SimulatedCluster(SimulationSettings.seeded(1), events::add);

        @Override
        public String createNode(String name) {
            cluster.applyNode(Templates.node(name, NODE));
            return name;
        }

        /// Pods start only while time passes, and nobody lets it pass for them.
        @Override
        public String createSilentNode(String name) {
            return createNode(name);
        }

        @Override
        public String createPod(String name, Map<String, String> labels, ContainerSpec container) {
            var pod = Templates.pod(key(name), Optional.empty(), container);
            cluster.createPod(pod, labels, Demand.constant(50, 1 << 20));
            return pod.uid();
        }

        @Override
        public void createBudget(String name, Map<String, String> labels, int minAvailable, int disruptionsAllowed) {
            cluster.applyBudget(new SimulatedBudget(NAMESPACE, name, labels, minAvailable));
            var delta = new ClusterDelta(ClusterImage.EMPTY);
            events.forEach(delta::replay);
            assertThat(delta.apply().budgets())
                    .contains(new DisruptionBudget(NAMESPACE, name, labels, disruptionsAllowed));
        }

        @Override
        public Outcome bind(String pod, String node) {
            return cluster.bind(key(pod), node);
        }

        @Override
        public Outcome delete(String pod) {
            return cluster.delete(key(pod));
        }

        @Override
        public Outcome evict(String pod, String uid) {
            return cluster.carryOut(new Action.Evict(key(pod), uid));
        }

        @Override
        public Outcome resize(String pod, String uid, ContainerSpec wanted) {
            return cluster.carryOut(new Action.Resize(key(pod), uid, Optional.empty(), List.of(wanted)));
        }

        @Override
        public void awaitRunning(String pod) {
            cluster.advance(Duration.ofSeconds(5));
            assertThat(cluster.pod(key(pod)).orElseThrow().spec().phase()).isEqualTo(PodPhase.RUNNING);
        }

        @Override
        public void awaitGone(String pod) {
            cluster.advance(Duration.ofSeconds(5));
            assertThat(cluster.pod(key(pod))).isEmpty();
        }

        @Override
        public long requestedCpuMillis(String pod) {
            return cluster.pod(key(pod)).orElseThrow().spec().requests().cpuMillis();
        }

        private static PodKey key(String name) {
            return new PodKey(NAMESPACE, name);
        }
    }
}
