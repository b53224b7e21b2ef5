#!/usr/bin/env bash
# Builds the Kubernetes components of the testbed from the Go modules pinned in go.mod and go.sum, once per version,
# and prints the folder that holds them (the last and only line on standard output; progress goes to standard error).
#
#   control-plane/build.sh            build if missing, print the folder
#   control-plane/build.sh --check    print the folder if it is there, else exit 3 without building
#
# The folder is <cache>/control-plane/<hash>-<go version>-<arch>, where <cache> is $PLIMSOLL_CACHE, else
# $XDG_CACHE_HOME/plimsoll, else ~/.cache/plimsoll. It appears whole or not at all; a second caller waits for the first.
# Exit codes: 0 done, 1 the build failed, 2 something is missing on this machine, 3 not built yet (--check).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kubernetes_version=v1.36.3

say() { printf '%s\n' "$*" >&2; }
missing() {
    say "testbed: $*"
    exit 2
}

check=no
case "${1:-}" in
    "") ;;
    --check) check=yes ;;
    -h | --help)
        sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *)
        say "testbed: unknown argument '$1'; allowed: --check, --help"
        exit 2
        ;;
esac

[ "$(uname -s)" = Linux ] || missing "the real control plane runs on Linux only; this is $(uname -s). Use a Linux machine or container."
case "$(uname -m)" in
    x86_64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) missing "no control plane for processor $(uname -m); supported: x86_64, aarch64." ;;
esac

cache="${PLIMSOLL_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set and neither is PLIMSOLL_CACHE}/.cache}/plimsoll}/control-plane"
sources=$(cat "$here/go.mod" "$here/go.sum" "$here/tools.go" "$here/build.sh" | sha256sum | cut -c1-16)

find_go() {
    local candidate
    for candidate in "$(command -v go || true)" "${GOROOT:-/nonexistent}/bin/go" /usr/local/go/bin/go /usr/lib/go/bin/go "$HOME/go/bin/go"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
}

go=$(find_go)
if [ -z "$go" ]; then
    # Without Go, binaries built earlier from the same sources still serve, whatever Go built them.
    for built in "$cache/$sources"-*-"$arch"; do
        if [ -d "$built" ]; then
            echo "$built"
            exit 0
        fi
    done
    missing "Go is missing and nothing was built earlier in $cache. Install Go 1.26 or later from https://go.dev/dl/ (unpack it to /usr/local/go); Go 1.21 or later also serves, it fetches the version that go.mod names."
fi

# A distribution's Go may be told not to fetch the version that go.mod names; here it shall.
export GOTOOLCHAIN="${GOTOOLCHAIN:-auto}"
# Its last line: before that it may tell what it fetches.
if ! go_version=$(cd "$here" && "$go" env GOVERSION 2>&1 | tail -n 1) || [[ "$go_version" != go1.* ]]; then
    missing "$go cannot serve the version that $here/go.mod asks for: ${go_version}. Install Go 1.26 or later from https://go.dev/dl/."
fi
minor=${go_version#go1.}
minor=${minor%%[!0-9]*}
[ "${minor:-0}" -ge 21 ] || missing "$go is $go_version, too old. Install Go 1.26 or later from https://go.dev/dl/."

target="$cache/$sources-$go_version-$arch"
if [ -d "$target" ]; then
    echo "$target"
    exit 0
fi
[ "$check" = no ] || exit 3

mkdir -p "$cache"
exec 9>"$cache/.lock"
if ! flock -n 9; then
    say "testbed: another build of the control plane is running; waiting for it"
    flock 9
fi
if [ -d "$target" ]; then
    echo "$target"
    exit 0
fi

say "testbed: building Kubernetes $kubernetes_version, etcd, kwok and metrics-server from pinned Go modules."
say "testbed: about 6 minutes and 5 GB of Go caches the first time on two cores; kept in $target"
work=$(mktemp -d "$cache/.build-XXXXXX")
trap 'rm -rf "$work"' EXIT
started=$SECONDS

version=k8s.io/component-base/version
ldflags="-s -w -X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=36 -X $version.gitTreeState=clean"
packages=(
    go.etcd.io/etcd/server/v3
    k8s.io/kubernetes/cmd/kube-apiserver
    k8s.io/kubernetes/cmd/kube-controller-manager
    k8s.io/kubernetes/cmd/kube-scheduler
    k8s.io/kubernetes/cmd/kubectl
    k8s.io/kubernetes/cmd/kubelet
    sigs.k8s.io/kwok/cmd/kwok
    sigs.k8s.io/metrics-server/cmd/metrics-server
)
# One invocation for all, so that shared packages are compiled and checked once. No C compiler is needed.
if ! (cd "$here" && CGO_ENABLED=0 GOFLAGS= "$go" build -mod=readonly -buildvcs=false -trimpath -ldflags "$ldflags" -o "$work/" "${packages[@]}" >&2); then
    say "testbed: the build failed; the lines above say where. If a download failed, look at GOPROXY ($("$go" env GOPROXY)) and try again: what was fetched and compiled is kept."
    exit 1
fi
mv "$work/server" "$work/etcd"

# KWOK's own life cycles and simulated usage, at the version just built.
kwok_source=$(cd "$here" && "$go" list -mod=readonly -m -f '{{.Dir}}' sigs.k8s.io/kwok)
mkdir "$work/kwok-config"
cp -R "$kwok_source/kustomize/stage" "$kwok_source/kustomize/metrics" "$work/kwok-config/"
chmod -R u+w "$work"

mv -T "$work" "$target"
trap - EXIT
chmod 755 "$target"
say "testbed: built in $((SECONDS - started)) s"
echo "$target"
