#!/bin/sh
# Builds the digest program with GCC and Clang at several levels, and compares what each prints
# with digest.txt. With THAW_GOLDEN_BLOCKS, each also goes through so many blocks of one step, and
# the digests after every one of them must be those of the first build. What a build has gone
# through is not gone through again while the build stays the same.
#   compare.sh BUILD_DIRECTORY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
status=0
compare() { # what, its output, the expected one
    if cmp -s "$2" "$3"; then
        echo "$1: the same"
    else
        echo "$1: another digest"
        diff "$3" "$2" || true
        status=1
    fi
}
while read -r compiler flags; do
    command -v "$compiler" >/dev/null || { echo "$compiler is missing"; exit 1; }
    build=$work/$compiler$(echo "$flags" | tr -d ' ,=')
    cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$flags" >"$work.log" 2>&1 ||
        { cat "$work.log"; exit 1; }
    ninja -C "$build" >"$work.log" 2>&1 || { cat "$work.log"; exit 1; }
    "$build/digest" >"$build/digest.out"
    compare "$compiler $flags" "$build/digest.out" "$here/digest.txt"
    [ -n "${THAW_GOLDEN_BLOCKS:-}" ] || continue
    blocks=$build/$THAW_GOLDEN_BLOCKS.out
    began=$(date +%s)
    if [ ! "$blocks" -nt "$build/digest" ]; then
        "$build/digest" "$THAW_GOLDEN_BLOCKS" 1 >"$blocks.part"
        mv "$blocks.part" "$blocks"
    fi
    first=${first:-$blocks}
    compare "$compiler $flags, $THAW_GOLDEN_BLOCKS blocks, $(($(date +%s) - began)) s" \
        "$blocks" "$first"
done <<'BUILDS'
g++ -O0
g++ -O2
g++ -O3 -march=native
g++ -O1 -fsanitize=address,undefined
clang++-14 -O0
clang++-14 -O3
BUILDS
[ -z "${first:-}" ] || cat "$first"
exit $status
