#!/usr/bin/env python3
"""The long programmes: sanitizers, the other compiler, long fuzzing, random tests on many seeds.

Each writes what it did and found to docs/evidence/<name>.txt, headed by the commit and the command,
so that the claim can be repeated. One that fails does not stop the next. Name those to run.
Long tests read a few variables: THAW_SEEDS, how many walks the core and its naive model take side
by side, THAW_KILLS, how often the node is killed under load, THAW_POWER_CUTS and THAW_FLIPS, how
often a simulated disk loses power (THAW_POWER_MINUTES: for how long at most) and how many bits of
each of its files are flipped,
THAW_STABLE_SWAPS, how many random trades of stable pairs are searched, THAW_LENDING_STEPS, how
many random steps lending and its model take, THAW_RECOVERIES, how many signers are found in lanes
and by libsecp256k1, THAW_GOLDEN_BLOCKS, how many blocks all compilers go
through, and THAW_SOAK_MINUTES, how long a node is kept under load with faults. A value of the
environment goes before the one that stands below.
"""
import argparse
import datetime
import pathlib
import subprocess
import sys
import time

EVIDENCE = pathlib.Path("docs/evidence")
CLANG = "-DCMAKE_CXX_COMPILER=clang++-14"

PROGRAMMES = {
    "asan": [
        "cmake --preset asan",
        "ninja -C build/asan",
        "ctest --test-dir build/asan -j 2 --output-on-failure -E '^purity$'",
    ],
    "clang": [
        f"cmake -S . -B build/clang -G Ninja {CLANG} -DCMAKE_BUILD_TYPE=Release",
        "ninja -C build/clang",
        "ctest --test-dir build/clang -j 2 --output-on-failure",
    ],
    "golden": [
        "THAW_GOLDEN_BLOCKS=${THAW_GOLDEN_BLOCKS:-1000000} tests/golden/compare.sh build/golden",
    ],
    "seeds": [
        "cmake --preset release",
        "ninja -C build/release",
        "THAW_SEEDS=200 build/release/tests/differential_test",
        "THAW_SEEDS=200 build/release/tests/markets_test",
    ],
    "stable": [
        "cmake --preset release",
        "ninja -C build/release protocol_test",
        "THAW_STABLE_SWAPS=1000000 build/release/protocol_test --gtest_filter='Stable*'",
    ],
    "lending": [
        "cmake --preset release",
        "ninja -C build/release lending_model_test",
        "THAW_LENDING_STEPS=1000000 build/release/tests/lending_model_test",
    ],
    "walks": [
        "cmake --preset release",
        "ninja -C build/release walk",
        "for seed in $(seq 1 40); do build/release/tests/walk $seed 10000 || exit 1; done",
    ],
    "faults": [
        "python3 -u tools/faults.py",
    ],
    "signers": [
        "cmake --preset release",
        "ninja -C build/release crypto_test",
        "THAW_RECOVERIES=${THAW_RECOVERIES:-10000000} THAW_SEED=${THAW_SEED:-$(date +%Y%m%d)} "
        "build/release/crypto_test --gtest_filter='recover_lanes.*'",
    ],
    "uniswap": [
        "cmake --preset release",
        "ninja -C build/release uniswap_test",
        "mkdir -p build/uniswap",
        "cd build/uniswap && npm install --no-save @uniswap/v2-core@1.0.1 "
        "@uniswap/v2-periphery@1.1.0-beta.0 @foundry-rs/anvil@1.7.1 ethers@6.17.0",
        "cd build/uniswap && (node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil --port 8599 "
        "--no-mining --order fifo --base-fee 0 --gas-price 0 --gas-limit 1000000000 "
        "--timestamp 4294867000 --silent & anvil=$!; sleep 5; node "
        "../../tests/vectors/uniswap_v2.mjs http://127.0.0.1:8599 100000 $(date +%s) "
        "> journal.txt; result=$?; kill $anvil; exit $result)",
        "THAW_UNISWAP_JOURNAL=$PWD/build/uniswap/journal.txt build/release/tests/uniswap_test",
    ],
    "simulate": [
        "cmake --preset release",
        "ninja -C build/release thaw_program",
        "for seed in $(seq 1 100); do build/release/thaw simulate --seed $seed --days 30 "
        "--agents 500 > build/simulate.txt || exit 1; tail -1 build/simulate.txt; done",
        "build/release/thaw simulate --seed 1",
    ],
    "power_cuts": [
        "cmake --preset release",
        "ninja -C build/release durability_test",
        "THAW_POWER_CUTS=${THAW_POWER_CUTS:-1000000} THAW_FLIPS=${THAW_FLIPS:-5000} "
        "build/release/tests/durability_test --gtest_brief=1 > build/power_cuts.txt; result=$?; "
        "grep -v '\\] \\[' build/power_cuts.txt; exit $result",  # without what the nodes log
        # It forks, so it runs in a process of its own.
        "THAW_FOLD_KILLS=${THAW_FOLD_KILLS:-1000} build/release/tests/durability_test "
        "--gtest_brief=1 --gtest_filter='FoldKill*'",
    ],
    "kills": [
        "cmake --preset release",
        "ninja -C build/release thaw_program",
        "THAW_KILLS=${THAW_KILLS:-1000} THAW_BINARY=$PWD/build/release/thaw "
        "node --test tests/e2e/kill.test.mjs",
    ],
    "soak": [
        "cmake --preset release",
        "ninja -C build/release thaw_program",
        "THAW_SOAK_MINUTES=${THAW_SOAK_MINUTES:-240} THAW_BINARY=$PWD/build/release/thaw "
        "node tests/e2e/soak.mjs build/soak.json",
        "python3 tools/soak_picture.py build/soak.json docs/evidence/soak.svg",
    ],
    "fuzz": [
        "cmake --preset fuzz",
        "python3 -u tools/test.py --only fuzz --fuzz-seconds 3600",
    ],
}


def run_programme(name, commands):
    """Runs a programme's commands until one fails; returns whether none did."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True,
                            text=True, check=False).stdout.strip()
    start = time.monotonic()
    good = True
    log = pathlib.Path("build") / f"nightly-{name}.log"
    log.parent.mkdir(exist_ok=True)
    with open(log, "w") as out:
        for command in commands:
            print(f"{name}: {command}", flush=True)
            good = subprocess.run(command, shell=True, stdout=out, stderr=out,
                                  check=False).returncode == 0
            if not good:
                break
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    tail = log.read_text(errors="replace").splitlines()[-60:]
    report = [f"programme: {name}", f"commit: {commit}",
              f"date: {datetime.date.today().isoformat()}",
              f"minutes: {(time.monotonic() - start) / 60:.0f}",
              f"result: {'passed' if good else 'FAILED'}", "commands:",
              *(f"  {command}" for command in commands), "", "the end of its output:", *tail]
    here = str(pathlib.Path.cwd())
    text = "\n".join(report).replace(here + "/", "").replace(here, ".") + "\n"
    (EVIDENCE / f"{name}.txt").write_text(text)
    return good


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=", ".join(PROGRAMMES))
    names = parser.parse_args().names or list(PROGRAMMES)
    if unknown := [name for name in names if name not in PROGRAMMES]:
        parser.error(f"there is no programme {unknown[0]}")
    failed = [name for name in names if not run_programme(name, PROGRAMMES[name])]
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
