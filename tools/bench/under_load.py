"""Part 5: readers beside the writer, and ten times more than the node can take."""
import contextlib
import os
import subprocess
import time

from bench.figures import Row
from bench.nodes import BENCH, Devnet, client

PART = "load"
RATE = 400  # transfers a second: low enough that only the readers can make them wait


@contextlib.contextmanager
def reading(port):
    """The load generator reads for as long as the block lasts."""
    command = [str(BENCH / "bench_http"), "read-on", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()  # it has prepared its requests
            time.sleep(0.1)
            yield
        finally:
            process.kill()


def reading_rows(node, runs):
    found = {"with": [], "without": []}
    for _ in range(runs):
        found["without"].append(client(node, "paced-transfers", RATE, 3)["p99_ms"])
        with reading(node.port):
            found["with"].append(client(node, "paced-transfers", RATE, 3)["p99_ms"])
    return [Row(PART, f"p99 of {RATE} transfers a second, with a full load of reads and without",
                "ms", found["with"], found["without"], ("<=", 2),
                f"`bench_http paced-transfers PORT {RATE} 3`",
                "the readers' client has the same two cores and makes way as the node's reading "
                "threads do (performance_lessons.md)")]


@contextlib.contextmanager
def on_one_processor():
    """What starts meanwhile shares one: the node then has less than the client asks for."""
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_of_them)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def flood_rows(folder):
    with on_one_processor():
        node = Devnet(folder / "flood").start_funded()
        try:
            before = node.memory_mib()
            run = client(node, "flood", 6)
            peak = node.memory_mib(True)
        finally:
            node.stop()
    offered = (run["admitted"] + run["refused"]) / run["seconds"]
    command = "`taskset -c 0 bench_http flood PORT 6`"
    return [Row(PART, "overload: p99 of batches in which something was admitted", "ms",
                [run["p99_ms"]], goal=("<=", 1_000), absolute=True, command=command,
                note=f"offered {offered:,.0f}/s, 20,000 at once, node and client on one processor; "
                     f"refusals say: {run['refusal'] or 'none'}"),
            Row(PART, "overload: admitted", "1/s", [run["admitted"] / run["seconds"]],
                command=command),
            Row(PART, "overload: memory afterwards, and before", "MiB", [peak], [before],
                command=command)]


def rows(folder, runs):
    node = Devnet(folder / "load").start_funded()
    try:
        found = reading_rows(node, runs)
    finally:
        node.stop()
    return found + flood_rows(folder)
