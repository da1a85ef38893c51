#!/bin/sh
# Builds the digest program with GCC and Clang, without and with optimisation, and compares what each prints with digest.txt.
#   compare.sh BUILD_DIRECTORY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1
status=0
for compiler in g++ clang++-14; do
    command -v "$compiler" >/dev/null || { echo "$compiler is missing"; exit 1; }
    for level in -O0 -O3; do
        build=$work/$compiler$level
        cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
            -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$level" >"$work.log" 2>&1 ||
            { cat "$work.log"; exit 1; }
        ninja -C "$build" -j2 >"$work.log" 2>&1 || { cat "$work.log"; exit 1; }
        "$build/digest" >"$build/digest.out"
        if cmp -s "$build/digest.out" "$here/digest.txt"; then
            echo "$compiler $level: the same"
        else
            echo "$compiler $level: another digest"
            diff "$here/digest.txt" "$build/digest.out" || true
            status=1
        fi
    done
done
exit $status
