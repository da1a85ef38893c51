"""Part 6: where the instructions of a transfer go, counted by callgrind.

The stages are functions of the writer's path; each is counted with what it calls, less the stages
below it. Callgrind knows no AVX-512, so digests are hashed four at a time under it, not eight.
"""
import pathlib
import re
import shutil
import subprocess

from bench.figures import Row
from bench.nodes import BENCH

PART = "profile"
COUNT = 5_000
# What a function's name contains, and what it is called in the table. The first that fits counts.
STAGES = [
    ("secp256k1", "signature"),
    ("keccak", "hashing: digest, roots, blooms"),
    ("Permutation", "hashing: digest, roots, blooms"),
    ("permute", "hashing: digest, roots, blooms"),
    ("hash_wide", "hashing: digest, roots, blooms"),
    ("rocksdb", "storing"),
    ("crc32", "storing"),
    ("malloc", "memory: allocate, free"),
    ("_int_free", "memory: allocate, free"),
    ("free", "memory: allocate, free"),
    ("operator new", "memory: allocate, free"),
    ("operator delete", "memory: allocate, free"),
    ("memcpy", "memory: copy, compare"),
    ("memmove", "memory: copy, compare"),
    ("memcmp", "memory: copy, compare"),
    ("memset", "memory: copy, compare"),
    ("Table<", "tables: look up, put, undo"),
    ("unordered", "tables: look up, put, undo"),
    ("State::", "changes: seal, publish"),
    ("for_each_table", "changes: seal, publish"),
    ("RowHashes", "changes: seal, publish"),
    ("codec::", "encoding: ABI, RLP, tries"),
    ("Rlp", "encoding: ABI, RLP, tries"),
    ("protocol::", "the rules"),
    ("node::", "building, encoding and publishing the block"),
]


def stage_of(function):
    return next((name for mark, name in STAGES if mark in function), "the rest")


def instructions(folder, load, count):
    """{stage: instructions} of a run with so many commands."""
    place = folder / "profiled"
    shutil.rmtree(place, ignore_errors=True)
    out = folder / "callgrind.out"
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                    str(BENCH / "bench_ledger"), "durable", load, str(place), "1000", str(count),
                    "1000"], check=True, capture_output=True)
    text = subprocess.run(["callgrind_annotate", "--threshold=100", "--auto=no", str(out)],
                          check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        if hit := re.match(r"\s*([\d,]+) \(\s*[\d.]+%\)\s+\S+:(.*)", line):
            stage = stage_of(hit[2])
            found[stage] = found.get(stage, 0) + int(hit[1].replace(",", ""))
    return found


def rows(folder):
    if not shutil.which("valgrind"):
        return []
    found = []
    for load in ("transfers", "stakes"):
        # The difference of two runs leaves out what happens once.
        small = instructions(folder, load, COUNT)
        large = instructions(folder, load, 2 * COUNT)
        each = {stage: (total - small.get(stage, 0)) / COUNT for stage, total in large.items()}
        whole = sum(each.values())
        for stage, count in sorted(each.items(), key=lambda one: -one[1]):
            if count < whole / 200:
                continue
            found.append(Row(PART, f"{load}: {stage}", "instructions", [count],
                             command="callgrind on `bench_ledger durable`",
                             note=f"{100 * count / whole:.0f} % of {whole:,.0f}"))
    return found
