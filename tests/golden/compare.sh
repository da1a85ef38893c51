#!/bin/sh
# Builds the digest program with GCC and Clang at several levels, and compares what each prints
# with digest.txt.
#   compare.sh BUILD_DIRECTORY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
status=0
while read -r compiler flags; do
    command -v "$compiler" >/dev/null || { echo "$compiler is missing"; exit 1; }
    build=$work/$compiler$(echo "$flags" | tr -d ' ,=')
    cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$flags" >"$work.log" 2>&1 ||
        { cat "$work.log"; exit 1; }
    ninja -C "$build" >"$work.log" 2>&1 || { cat "$work.log"; exit 1; }
    "$build/digest" >"$build/digest.out"
    if cmp -s "$build/digest.out" "$here/digest.txt"; then
        echo "$compiler $flags: the same"
    else
        echo "$compiler $flags: another digest"
        diff "$here/digest.txt" "$build/digest.out" || true
        status=1
    fi
done <<'BUILDS'
g++ -O0
g++ -O2
g++ -O3 -march=native
g++ -O1 -fsanitize=address,undefined
clang++-14 -O0
clang++-14 -O3
BUILDS
exit $status
