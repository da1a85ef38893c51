"""Part 3: what the machine allows: one signature recovery, one synced write, one bare answer."""
import os
import shutil
import statistics

from bench.figures import Row
from bench.nodes import CROWD, Bare, Devnet, client, cpu_us, ledger

PART = "limit"


def signed_rows(node, runs):
    """CPU time of the node per signed transfer beside that of one recovery, on processors that are
    as busy; and beside that of a server that recovers senders and does nothing else."""
    found = {(who, size): [] for who in ("ours", "bare") for size in (100, 1)}
    recoveries, alone, together = [], [], []
    cores = os.cpu_count()
    bare = Bare("recover")
    bare.start()
    for _ in range(runs):
        alone.append(ledger("recovery", 5_000)[0]["us"])
        for size, load in ((100, (20_000, 100)), (1, (10_000, 1, CROWD))):
            recoveries.append(ledger("recovery", 10_000, cores)[0]["us"])
            together.append(ledger("together", 10_000, cores)[0]["us"])
            found["ours", size].append(cpu_us(client(node, "transfers", *load)))
            found["bare", size].append(cpu_us(client(bare, "offers", *load)))
    bare.stop()
    command = (f"`bench_ledger recovery 10000 {cores}`, "
               "`bench_http transfers PORT COUNT BATCH CONNECTIONS`")
    note = (f"a recovery on {cores} processors at once, as they are under the load; on one alone "
            f"it takes {statistics.median(alone):.1f} µs")
    rows = []
    for size, how, goal in ((100, "batches of 100", 1.25),
                            (1, f"one by one, {CROWD} connections", 1.5)):
        rows += [Row(PART, f"CPU per signed transfer, {how}, beside one recovery", "µs",
                     found["ours", size], recoveries, ("<=", goal), command, note),
                 Row(PART, f"bare Beast that only recovers, {how}, beside one recovery", "µs",
                     found["bare", size], recoveries,
                     command="`bench_bare PORT recover`, `bench_http offers ...`")]
        note = ""
    rows.append(Row(PART, "a recovery of ours, 16 together, beside one of libsecp256k1", "µs",
                    together, recoveries,
                    command=f"`bench_ledger together 10000 {cores}`, `bench_ledger recovery ...`"))
    return rows


def core_rows(runs):
    rows = []
    for load, goal in (("transfers", 1e6), ("stakes", 5e5)):
        applied, sealed = [], []
        for _ in range(runs):
            run = ledger("core", load, 1_000, 200_000, 1_000)[0]
            applied.append(1e9 / run["apply_ns"])
            sealed.append(1e9 / (run["apply_ns"] + run["seal_ns"]))
        command = f"`bench_ledger core {load} 1000 200000 1000`"
        rows += [Row(PART, f"{load} applied on one core, 1,000 accounts", "1/s", applied,
                     goal=(">=", goal), command=command, absolute=True),
                 Row(PART, f"{load} applied and sealed (digest, changes) on one core", "1/s",
                     sealed, command=command)]
    return rows


def commit_rows(folder, runs):
    ours, plain = [], []
    size = 0
    for _ in range(runs):
        place = folder / "commit"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        run = ledger("commit", place, 400)[0]
        ours.append(run["commit_us"])
        plain.append(run["fdatasync_us"])
        size = run["bytes"]
    return [Row(PART, f"a block of one transfer made durable, beside fdatasync of its {size:,} "
                "bytes", "µs", ours, plain, ("<=", 1.5), "`bench_ledger commit DIR 400`")]


def read_rows(node, runs):
    bare = Bare()
    bare.start()
    ours, theirs = [], []
    for _ in range(runs):
        for target, found in ((node, ours), (bare, theirs)):
            run = client(target, "reads", 20_000, 1)
            found.append(run["count"] / run["seconds"])
    bare.stop()
    return [Row(PART, "eth_call balanceOf one by one, beside a constant from bare Beast", "1/s",
                ours, theirs, (">=", 0.8), "`bench_http reads PORT 20000 1`")]


def rows(folder, runs):
    node = Devnet(folder / "limit").start_funded()
    try:
        found = signed_rows(node, runs) + read_rows(node, runs)
    finally:
        node.stop()
    return found + core_rows(runs) + commit_rows(folder, runs)
