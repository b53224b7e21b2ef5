package io.plimsoll.model.cluster;

import java.util.regex.Pattern;

/// What a node runs on, as far as it decides whether its pods can be resized.
///
/// @param operatingSystem `linux` or `windows`; empty where it is not told
/// @param kubeletVersion e.g. `v1.36.3`; empty where it is not told
public record NodePlatform(String operatingSystem, String kubeletVersion, CpuManager cpuManager) {

    public static final NodePlatform UNTOLD = new NodePlatform("", "", CpuManager.UNTOLD);

    /// The minor version of Kubernetes 1 from which on pods are resized in place without anybody's doing.
    public static final int RESIZING_MINOR = 33;

    private static final Pattern VERSION = Pattern.compile("v?1\\.([0-9]{1,4})(\\D.*)?");

    /// Whether the kubelet gives whole CPUs to Guaranteed pods for their own. The API server does not tell: whoever
    /// runs the node may say it by the label [#LABEL].
    public enum CpuManager {
        UNTOLD,
        NONE,
        STATIC;

        public static final String LABEL = "plimsoll.io/cpu-manager-policy";

        /// By the value of the label, which is that of the kubelet's `cpuManagerPolicy`.
        public static CpuManager of(String label) {
            return switch (label) {
                case "none" -> NONE;
                case "static" -> STATIC;
                default -> UNTOLD;
            };
        }
    }

    public boolean isWindows() {
        return operatingSystem.equals("windows");
    }

    /// Whether the kubelet is too old to resize pods in place.
    public boolean isOld() {
        return isKubeletBefore(RESIZING_MINOR);
    }

    /// Whether the kubelet is of a minor version of Kubernetes 1 before this one; false where its version makes no
    /// sense, as that of a simulated node.
    public boolean isKubeletBefore(int minor) {
        var version = VERSION.matcher(kubeletVersion);
        return version.matches() && Integer.parseInt(version.group(1)) < minor;
    }
}
