package io.plimsoll.testbed.controlplane;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// What a control plane shall have when it has started.
///
/// @param name start of the run's folder name
/// @param fakeNodes groups of KWOK nodes that are Ready when the start returns
/// @param nodesExpected how many nodes there may be in all, which decides how often leases are renewed
/// @param optional which of scheduler, metrics-server (with the usage that KWOK simulates) and Prometheus (which
///     scrapes all there is) start with the rest; all others always run
/// @param schedulerSettings with what the scheduler starts
/// @param kubeletAddressTypes in which order the API server tries a kubelet's addresses
/// @param apiServerFlags further flags of the API server
/// @param progress gets a line for each step
public record ControlPlaneSettings(
        String name,
        List<FakeNodes> fakeNodes,
        int nodesExpected,
        Set<Component> optional,
        SchedulerSettings schedulerSettings,
        List<String> kubeletAddressTypes,
        List<String> apiServerFlags,
        Consumer<String> progress) {

    private static final Set<Component> CHOICES =
            EnumSet.of(Component.SCHEDULER, Component.METRICS_SERVER, Component.PROMETHEUS);

    public ControlPlaneSettings {
        if (!CHOICES.containsAll(optional)) {
            throw new IllegalArgumentException("optional holds more than " + CHOICES + ": " + optional);
        }
        fakeNodes = List.copyOf(fakeNodes);
        Set<Component> chosen = EnumSet.noneOf(Component.class);
        chosen.addAll(optional);
        optional = Collections.unmodifiableSet(chosen);
        kubeletAddressTypes = List.copyOf(kubeletAddressTypes);
        apiServerFlags = List.copyOf(apiServerFlags);
    }

    /// A control plane with a stock scheduler and without nodes.
    public static ControlPlaneSettings named(String name) {
        return new ControlPlaneSettings(
                name,
                List.of(),
                0,
                EnumSet.of(Component.SCHEDULER),
                SchedulerSettings.stock(),
                List.of("InternalIP", "Hostname"),
                List.of(),
                line -> {});
    }

    public ControlPlaneSettings withFakeNodes(FakeNodes nodes) {
        List<FakeNodes> more = new ArrayList<>(fakeNodes);
        more.add(nodes);
        int expected = nodesExpected + nodes.count();
        return new ControlPlaneSettings(
                name, more, expected, optional, schedulerSettings, kubeletAddressTypes, apiServerFlags, progress);
    }

    /// Room for so many nodes in all, some of which are added later.
    public ControlPlaneSettings withNodesExpected(int nodes) {
        return new ControlPlaneSettings(
                name, fakeNodes, nodes, optional, schedulerSettings, kubeletAddressTypes, apiServerFlags, progress);
    }

    /// The scheduler is started later, by {@link ControlPlane#startScheduler}, so that pods can be pending first.
    public ControlPlaneSettings withoutScheduler() {
        Set<Component> fewer = EnumSet.noneOf(Component.class);
        fewer.addAll(optional);
        fewer.remove(Component.SCHEDULER);
        return withOptional(fewer);
    }

    public ControlPlaneSettings withScheduler(SchedulerSettings settings) {
        return new ControlPlaneSettings(
                name, fakeNodes, nodesExpected, optional, settings, kubeletAddressTypes, apiServerFlags, progress);
    }

    public ControlPlaneSettings withMetricsServer() {
        return withAlso(Component.METRICS_SERVER);
    }

    public ControlPlaneSettings withPrometheus() {
        return withAlso(Component.PROMETHEUS);
    }

    public ControlPlaneSettings withKubeletAddressTypes(List<String> types) {
        return new ControlPlaneSettings(
                name, fakeNodes, nodesExpected, optional, schedulerSettings, types, apiServerFlags, progress);
    }

    public ControlPlaneSettings withApiServerFlags(List<String> flags) {
        return new ControlPlaneSettings(
                name, fakeNodes, nodesExpected, optional, schedulerSettings, kubeletAddressTypes, flags, progress);
    }

    public ControlPlaneSettings withProgress(Consumer<String> listener) {
        return new ControlPlaneSettings(
                name,
                fakeNodes,
                nodesExpected,
                optional,
                schedulerSettings,
                kubeletAddressTypes,
                apiServerFlags,
                listener);
    }

    private ControlPlaneSettings withAlso(Component component) {
        Set<Component> more = EnumSet.of(component);
        more.addAll(optional);
        return withOptional(more);
    }

    private ControlPlaneSettings withOptional(Set<Component> chosen) {
        return new ControlPlaneSettings(
                name,
                fakeNodes,
                nodesExpected,
                chosen,
                schedulerSettings,
                kubeletAddressTypes,
                apiServerFlags,
                progress);
    }

    /// How long a KWOK node's lease holds, in seconds; a fourth of it lies between two renewals.
    ///
    /// | nodes | lease | renewals per second |
    /// |------:|------:|--------------------:|
    /// |   100 |  40 s |                  10 |
    /// | 1,000 | 160 s |                  25 |
    /// | 5,000 | 800 s |                  25 |
    int nodeLeaseSeconds() {
        return Math.max(40, nodesExpected * 16 / 100);
    }

    /// How long a node may be silent before it counts as gone: Kubernetes' own 50 s, longer with longer leases.
    int nodeGraceSeconds() {
        return nodeLeaseSeconds() + 10;
    }

    /// How often each node's usage is read: every 10 s, the shortest that metrics-server allows; with thousands of
    /// nodes so that a hundred of them are read per second, since one KWOK process answers for all.
    int scrapeSeconds() {
        return Math.max(10, nodesExpected / 100);
    }

    /// How often Prometheus reads each node, which allows less: whoever waits for a rate waits for two readings.
    int prometheusScrapeSeconds() {
        return Math.max(5, nodesExpected / 100);
    }
}
