package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.CertificateFiles;
import java.nio.file.Path;

/// The configuration files of one real node, as text. Each line that differs from the programs' defaults is needed on
/// a small machine without systemd, AppArmor, swap limits or the right to raise resource limits, or keeps the node's
/// files and listeners apart from the machine's own.
///
/// @param slot its place on the machine
/// @param size what it offers to pods
/// @param machine the machine it is on
record NodeConfiguration(NodeSlot slot, RealNodeSize size, Machine machine) {

    Path folder() {
        return slot.folder();
    }

    Path socket() {
        return folder().resolve("containerd.sock");
    }

    String containerd() {
        return """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%2$s"
                [plugins."io.containerd.internal.v1.opt"]
                  path = "%1$s/opt"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%3$s"
                  disable_apparmor = true
                  # Without CAP_SYS_RESOURCE a score below the parent's is refused.
                  restrict_oom_score_adj = true
                  # Not in /run/netns, which is the machine's.
                  netns_mounts_under_state_dir = true
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%4$s"
                    conf_dir = "%1$s/network"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                    runtime_type = "io.containerd.runc.v2"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                      SystemdCgroup = false
                      Root = "%1$s/runc"
                """.formatted(folder(), socket(), WorkloadImages.PAUSE, Machine.plugins());
    }

    /// The bridge has its address already, so the plugin is no gateway and leaves the machine's forwarding alone.
    String network() {
        return """
                {"cniVersion": "1.0.0", "name": "%1$s", "plugins": [{
                  "type": "bridge", "bridge": "%1$s", "isGateway": false,
                  "ipam": {
                    "type": "host-local", "dataDir": "%2$s/addresses",
                    "ranges": [[{"subnet": "%3$s", "gateway": "%4$s"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
                """.formatted(slot.bridge(), folder(), slot.subnet(), slot.address());
    }

    String kubelet(Path clientAuthority, CertificateFiles serving) {
        return """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                address: %2$s
                port: 10250
                healthzPort: 0
                authentication:
                  anonymous: {enabled: false}
                  webhook: {enabled: true}
                  x509: {clientCAFile: %8$s}
                authorization: {mode: Webhook}
                tlsCertFile: %9$s
                tlsPrivateKeyFile: %10$s
                containerRuntimeEndpoint: unix://%3$s
                cgroupDriver: cgroupfs
                failCgroupV1: false
                failSwapOn: false
                featureGates: {KubeletInUserNamespace: true}
                makeIPTablesUtilChains: false
                resolvConf: ""
                podLogsDir: %1$s/pod-logs
                staticPodPath: %1$s/static-pods
                cpuManagerPolicy: %12$s
                volumePluginDir: %1$s/volume-plugins
                imageGCHighThresholdPercent: 100
                maxPods: %5$d
                systemReserved: {cpu: %6$dm, memory: "%7$d"}
                evictionHard: {memory.available: "%11$d", nodefs.available: 1%%, imagefs.available: 1%%}
                registerWithTaints:
                - {key: %4$s, value: "true", effect: NoSchedule}
                """.formatted(
                        folder(),
                        slot.address(),
                        socket(),
                        KubeletNodes.KEY,
                        size.pods(),
                        size.ownProcessors() ? 0 : machine.cpuMillis() - size.cpuMillis(),
                        machine.memoryBytes() - size.memoryBytes() - RealNodeSize.EVICTION_BYTES,
                        clientAuthority,
                        serving.certificate(),
                        serving.privateKey(),
                        RealNodeSize.EVICTION_BYTES,
                        size.exclusiveCpus() ? "static" : "none");
    }
}
