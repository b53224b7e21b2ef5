package io.plimsoll.model.placement;

import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Contention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Looks at one candidate after the other for one pod; its fields tell of the latest one. Belongs to one call.
///
/// The score is the mean of the parts by their weights, times the safety floor:
///
///     S = Σ wᵢtᵢsᵢ / Σ wᵢtᵢ · floor
///
/// tᵢ is the trust in what the part is measured by (1 for parts that are not measured), so that a part fades
/// with the age of its data, is absent without any, and the others take over its weight. Neighbour fit fades to what is
/// measured of other nodes first.
///
/// U and M are what the node is expected to bear of CPU and memory with the pod there, as shares of allocatable:
///
///     U = μ_node + μ_pod + pods on their way + √(σ²_node + σ²_pod)
///
/// one deviation above the mean, which a normal load exceeds one minute in six. More deviations put more and
/// more nodes beyond their size, where they differ less in what they will really bear.
///
/// No weight may buy a dangerous node. Whatever the weights,
///
///     floor = min(1, min(memory pressure, neighbour fit, stability) / 30)     each as far as it is trusted
///             · (1, or 0.1 / max(U, M) when that is above 1)       it is expected beyond the node
///             · 0.01 on a virtual node
///
/// The 30 is the point at which a node is in trouble whatever else it offers. Nothing is known of what stands behind a
/// virtual node (its conditions and pressure are made up
/// by its provider), so it has no part that would be measured and ranks below every real node that is in order.
///
/// | memory pressure | stability | max(U, M) | floor |
/// |---|---|---|---|
/// | 80 | 100 | 0.7 | 1 |
/// | 15 | 100 | 0.7 | 0.5 |
/// | 15, half trusted | 100 | 0.7 | 0.75 |
/// | 80 | 6 | 0.7 | 0.2 |
/// | 80 | 100 | 1.25 | 0.08 |
final class Appraisal {

    /// What every node scores where nothing can be said of any.
    static final double NEUTRAL = 50;

    private static final List<ScorePart> PARTS = List.of(ScorePart.values());
    private static final double IN_TROUBLE = 30;
    private static final double OVERFULL = 0.1;
    private static final double VIRTUAL = 0.01;

    private final PlacementConfig config;
    private final Weights weights;
    private final double targetUtilization;
    private final Trust trust;
    private final Company company;
    private final Shares shares;
    private final PodToPlace pod;
    private final double podCpuMillis;
    private final double podMemoryBytes;
    private final double podCpuVariance;
    private final double podMemoryVariance;
    private final boolean someInUse;
    private final long nowMillis;

    double cpuTrust;
    double cpuShare;
    double memoryShare;
    double weighted;
    double floor;

    private final double podCpuHarm;
    private final double podMemoryHarm;
    private final double podCpuSensitivity;
    private final double podMemorySensitivity;
    private final double companyTrust;
    private final double cpuStallElsewhere;
    private final double memoryStallElsewhere;

    /// Pods of its workload.
    private int alikeThere;

    private double alikeOnTheirWay;

    private double cpuStallTrust;
    private double cpuStall;
    private double cpuToCome;
    private double cpuAdded;
    private double memoryStallTrust;
    private double memoryStall;
    private double memoryToCome;
    private double memoryAdded;

    private double packingWeight;
    private double memoryWeight;
    private double neighbourWeight;
    private double contentionWeight;
    private double complementarityWeight;
    private double memoryPressureTrust;
    private double neighbourTrust;
    private double packing;
    private double memoryPressure;
    private double neighbourFit;
    private double cpuContention;
    private double siblings;
    private double emptiness;
    private double complementarity;
    private double stability;

    Appraisal(
            PlacementConfig config,
            Weights weights,
            double targetUtilization,
            Trust trust,
            Company company,
            Shares shares,
            PodToPlace pod,
            boolean someInUse,
            long nowMillis) {
        this.config = config;
        this.weights = weights;
        this.targetUtilization = targetUtilization;
        this.trust = trust;
        this.company = company;
        this.shares = shares;
        this.pod = pod;
        this.podCpuMillis = pod.demand().cpuMillis();
        this.podMemoryBytes = pod.demand().memoryBytes();
        this.podCpuVariance = pod.demand().cpuVariance();
        this.podMemoryVariance = pod.demand().memoryVariance();
        this.podCpuHarm = harm(Contention.CPU, podCpuMillis + Math.sqrt(podCpuVariance));
        this.podMemoryHarm = harm(Contention.MEMORY, podMemoryBytes + Math.sqrt(podMemoryVariance));
        this.podCpuSensitivity = company.sensitivity(Contention.CPU, pod.workload());
        this.podMemorySensitivity = company.sensitivity(Contention.MEMORY, pod.workload());
        this.someInUse = someInUse;
        this.nowMillis = nowMillis;
        this.companyTrust = trust.at((double) company.atMillis(), nowMillis);
        this.cpuStallElsewhere = elsewhere(Contention.CPU);
        this.memoryStallElsewhere = elsewhere(Contention.MEMORY);
    }

    private double elsewhere(Contention contention) {
        return companyTrust > 0 ? company.pressure(contention) : Double.NaN;
    }

    private double harm(Contention contention, double expected) {
        return product(company.coefficient(contention, pod.workload()), expected);
    }

    /// The score of the node with these figures, 0 to 100.
    double score(NodeFigures node, int slot) {
        double addedCpuMillis = podCpuMillis + shares.cpuMillis(slot);
        double addedMemoryBytes = podMemoryBytes + shares.memoryBytes(slot);
        cpuTrust = trust.at(node.cpuAtMillis, nowMillis);
        cpuShare = Trust.blend(cpuTrust, node.cpuKnown, node.cpuUnmeasured)
                + addedCpuMillis * node.perCpuMilli
                + deviation(node.cpuVariance, podCpuVariance, node.perCpuMilli);
        memoryShare = Trust.blend(trust.at(node.memoryAtMillis, nowMillis), node.memoryKnown, node.memoryUnmeasured)
                + addedMemoryBytes * node.perMemoryByte
                + deviation(node.memoryVariance, podMemoryVariance, node.perMemoryByte);
        siblings = SiblingsPart.score(siblings(node, slot), pod.replicas());
        emptiness = EmptinessPart.score(node.isEmpty, someInUse);
        stability = StabilityPart.score(node.stability, nowMillis);
        if (node.isVirtual) {
            nothingMeasured();
        } else {
            measured(node, slot);
            neighbours(node, slot);
        }
        weighted = weighted();
        floor = floor(node.isVirtual);
        return weighted * floor;
    }

    private static double deviation(double ofNode, double ofPod, double perUnit) {
        return Math.sqrt(ofNode + ofPod * perUnit * perUnit);
    }

    private void measured(NodeFigures node, int slot) {
        packing = PackingPart.score(cpuShare, memoryShare, targetUtilization);
        complementarity = ComplementarityPart.score(cpuShare, memoryShare);
        cpuContention = node.cpuStallScore;
        double headroomTrust = trust.at(node.availableAtMillis, nowMillis);
        double stallTrust = trust.at(node.stallAtMillis, nowMillis);
        double refaultTrust = trust.at(node.refaultAtMillis, nowMillis);
        double peakMemoryBytes = pod.expected().memoryBytes() + shares.memoryBytes(slot);
        double available = node.available - peakMemoryBytes * node.perMachineByte;
        memoryPressureTrust = Math.max(headroomTrust, Math.max(stallTrust, refaultTrust));
        memoryPressure = MemoryPressurePart.score(
                headroomTrust > 0 ? MemoryPressurePart.headroomRisk(available, config.memoryEvictShare()) : Double.NaN,
                stallTrust > 0 ? node.stallRisk : Double.NaN,
                refaultTrust > 0 ? node.refaultRisk : Double.NaN);
        packingWeight = weights.packing();
        memoryWeight = weights.memoryPressure() * memoryPressureTrust;
        contentionWeight = weights.cpuContention() * trust.at(node.cpuStallAtMillis, nowMillis);
        complementarityWeight = weights.complementarity();
    }

    private void neighbours(NodeFigures node, int slot) {
        cpuStallTrust = trust.at(node.cpuStallAtMillis, nowMillis);
        memoryStallTrust = Double.isNaN(node.memoryStall) ? 0 : trust.at(node.stallAtMillis, nowMillis);
        neighbourTrust = company.isKnown()
                ? Math.max(trusted(cpuStallTrust, cpuStallElsewhere), trusted(memoryStallTrust, memoryStallElsewhere))
                : 0;
        neighbourWeight = weights.neighbourFit() * neighbourTrust;
        if (neighbourTrust > 0) {
            int itself = Math.min(1, alikeThere);
            double alike = 1 + alikeOnTheirWay;
            cpuStall = stall(cpuStallTrust, node.cpuStall, cpuStallElsewhere);
            cpuToCome = company.toCome(Contention.CPU, slot);
            cpuAdded = alike * podCpuHarm * node.perMachineMilli;
            memoryStall = stall(memoryStallTrust, node.memoryStall, memoryStallElsewhere);
            memoryToCome = company.toCome(Contention.MEMORY, slot);
            memoryAdded = alike * podMemoryHarm * node.perMachineByte;
            neighbourFit = NeighbourFitPart.score(
                    NeighbourFitPart.burden(
                            podCpuSensitivity,
                            cpuStall,
                            cpuToCome,
                            cpuAdded,
                            company.others(Contention.CPU, slot) - itself * podCpuSensitivity),
                    NeighbourFitPart.burden(
                            podMemorySensitivity,
                            memoryStall,
                            memoryToCome,
                            memoryAdded,
                            company.others(Contention.MEMORY, slot) - itself * podMemorySensitivity));
        }
    }

    private double trusted(double ofNode, double elsewhere) {
        return Double.isNaN(elsewhere) ? ofNode : Math.max(ofNode, companyTrust);
    }

    /// What is measured there as far as it is trusted, and for the rest what is elsewhere; `NaN` without either.
    private static double stall(double ofNode, double measured, double elsewhere) {
        if (Double.isNaN(elsewhere)) {
            return ofNode > 0 ? measured : Double.NaN;
        }
        return Trust.blend(ofNode, measured, elsewhere);
    }

    private void nothingMeasured() {
        memoryPressureTrust = 0;
        neighbourTrust = 0;
        neighbourWeight = 0;
        packingWeight = 0;
        memoryWeight = 0;
        contentionWeight = 0;
        complementarityWeight = 0;
    }

    private double siblings(NodeFigures node, int slot) {
        int id = pod.workloadId();
        if (id == PodToPlace.UNKNOWN_WORKLOAD) {
            return 0;
        }
        alikeThere = node.podsOf(id);
        alikeOnTheirWay = shares.pods(slot, id);
        return alikeThere + alikeOnTheirWay;
    }

    private double weighted() {
        double sum = packingWeight
                + complementarityWeight
                + memoryWeight
                + neighbourWeight
                + contentionWeight
                + weights.siblings()
                + weights.emptiness()
                + weights.stability();
        double total = product(packingWeight, packing)
                + product(complementarityWeight, complementarity)
                + product(memoryWeight, memoryPressure)
                + product(neighbourWeight, neighbourFit)
                + product(contentionWeight, cpuContention)
                + weights.siblings() * siblings
                + weights.emptiness() * emptiness
                + weights.stability() * stability;
        return sum > 0 ? total / sum : NEUTRAL;
    }

    private static double product(double weight, double part) {
        return weight > 0 ? weight * part : 0;
    }

    private double floor(boolean virtual) {
        double danger = Math.min(floored(memoryPressure, memoryPressureTrust), floored(stability, 1));
        if (neighbourWeight > 0) {
            danger = Math.min(danger, floored(neighbourFit, neighbourTrust));
        }
        double peak = Math.max(cpuShare, memoryShare);
        if (virtual) {
            return danger * VIRTUAL;
        }
        return peak > 1 ? danger * OVERFULL / peak : danger;
    }

    private static double floored(double part, double trust) {
        return trust > 0 && part < IN_TROUBLE ? 1 - trust * (1 - part / IN_TROUBLE) : 1;
    }

    /// How the latest score, which was `score`, came about.
    ScoreCard card(double score) {
        double whole = 0;
        for (var part : PARTS) {
            whole += weight(part);
        }
        var parts = new ArrayList<ScoreCard.Part>(PARTS.size());
        for (var part : PARTS) {
            if (weight(part) > 0) {
                parts.add(new ScoreCard.Part(part, score(part), weight(part) / whole));
            }
        }
        return new ScoreCard(
                Collections.unmodifiableList(parts), weighted, floor, score, cpuTrust, cpuShare, memoryShare, waits());
    }

    private List<ScoreCard.Wait> waits() {
        if (neighbourTrust == 0) {
            return List.of();
        }
        var waits = new ArrayList<ScoreCard.Wait>();
        if (!Double.isNaN(cpuStall)) {
            waits.add(new ScoreCard.Wait(Contention.CPU, cpuStallTrust, cpuStall, cpuToCome, cpuAdded));
        }
        if (!Double.isNaN(memoryStall)) {
            waits.add(new ScoreCard.Wait(Contention.MEMORY, memoryStallTrust, memoryStall, memoryToCome, memoryAdded));
        }
        return Collections.unmodifiableList(waits);
    }

    private double score(ScorePart part) {
        return switch (part) {
            case PACKING -> packing;
            case MEMORY_PRESSURE -> memoryPressure;
            case NEIGHBOUR_FIT -> neighbourFit;
            case CPU_CONTENTION -> cpuContention;
            case SIBLINGS -> siblings;
            case EMPTINESS -> emptiness;
            case COMPLEMENTARITY -> complementarity;
            case STABILITY -> stability;
            case NETWORK_AFFINITY -> Double.NaN;
        };
    }

    /// 0 where the part is absent.
    private double weight(ScorePart part) {
        return switch (part) {
            case PACKING -> packingWeight;
            case MEMORY_PRESSURE -> memoryWeight;
            case NEIGHBOUR_FIT -> neighbourWeight;
            case CPU_CONTENTION -> contentionWeight;
            case SIBLINGS -> weights.siblings();
            case EMPTINESS -> weights.emptiness();
            case COMPLEMENTARITY -> complementarityWeight;
            case STABILITY -> weights.stability();
            case NETWORK_AFFINITY -> 0;
        };
    }
}
