package io.plimsoll.testbed.realnodes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Commands that start a real node's daemons in namespaces of their own: one of control groups, whose root is the
/// node's group, and one of mounts. So the kubelet takes its group for the whole machine and reports its own node's
/// load as the node's, and every mount is gone with the node's last process.
final class NodeNamespace {
    /// `$0` is the node's group, the rest the command. Every hierarchy is mounted anew, to be seen from the new root.
    ///
    /// Mounts are shared within the namespace, and with nobody outside of it. Where they are not, the kubelet
    /// mounts its folder onto itself to make it so, while it moves a socket there: on a busy machine that
    /// fails, and it ends.
    ///
    /// A node with processors of its own finds the others offline, so that the kubelet counts its own, and gives
    /// no pod any other.
    private static final String FIRST = """
            set -e
            for group in /sys/fs/cgroup/"$0" /sys/fs/cgroup/*/"$0"; do
                if [ -d "$group" ] && [ ! -L "${group%/*}" ]; then echo $$ >"$group/cgroup.procs"; fi
            done
            exec unshare --mount --propagation private --cgroup sh -c '
            set -e
            while IFS=: read -r _ controllers _; do
                case $controllers in
                    "") type=cgroup2 options=rw point=/sys/fs/cgroup/unified; [ -d $point ] || point=/sys/fs/cgroup ;;
                    name=*) type=cgroup options=none,$controllers point=/sys/fs/cgroup/${controllers#name=} ;;
                    *) type=cgroup options=$controllers point=/sys/fs/cgroup/$controllers ;;
                esac
                umount "$point"
                mount -t $type -o "$options" cgroup "$point"
            done </proc/self/cgroup
            [ -z "$PROCESSORS" ] || mount --bind "$PROCESSORS" /sys/devices/system/cpu/online
            mount --make-rshared /
            %1$s' "$@"
            """;

    /// Inside the namespace; the command is `$0` and the rest.
    private static final String JOIN = """
            for group in /sys/fs/cgroup/%1$s /sys/fs/cgroup/*/%1$s; do
                if [ -d "$group" ] && [ ! -L "${group%%/*}" ]; then echo $$ >"$group/cgroup.procs"; fi
            done
            exec "$0" "$@"
            """.formatted(ControlGroups.DAEMONS);

    private NodeNamespace() {}

    /// The node's first process, which makes the namespaces.
    ///
    /// @param processors a file that lists those of its own as the kernel does; nothing where it shares all
    static List<String> first(ControlGroups groups, Optional<Path> processors, List<String> command) {
        String script = FIRST.replace("%1$s", JOIN);
        String own = "PROCESSORS=" + processors.map(Path::toString).orElse("");
        return concat(List.of("env", own, "sh", "-c", script, groups.name()), command);
    }

    /// A further process of the node.
    ///
    /// @param first the process id of the first
    static List<String> beside(long first, List<String> command) {
        List<String> entering = List.of("nsenter", "--target", Long.toString(first), "--mount", "--cgroup");
        return concat(concat(entering, List.of("sh", "-e", "-c", JOIN)), command);
    }

    private static List<String> concat(List<String> head, List<String> tail) {
        return Stream.concat(head.stream(), tail.stream()).toList();
    }
}
