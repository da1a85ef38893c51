"""Part 5: readers beside the writer, and ten times more than the node can take."""
import contextlib
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
                "the readers are a client on the same two cores")]


def flood_rows(node):
    before = node.memory_mib()
    run = client(node, "flood", 6)
    offered = (run["admitted"] + run["refused"]) / run["seconds"]
    command = "`bench_http flood PORT 6`"
    return [Row(PART, "overload: p99 of batches in which something was admitted", "ms",
                [run["p99_ms"]], goal=("<=", 1_000), absolute=True, command=command,
                note=f"offered {offered:,.0f}/s by 64 connections at once; refusals say: "
                     f"{run['refusal'] or 'none'}"),
            Row(PART, "overload: admitted", "1/s", [run["admitted"] / run["seconds"]],
                command=command),
            Row(PART, "overload: memory afterwards, and before", "MiB", [node.memory_mib(True)],
                [before], command=command)]


def rows(folder, runs):
    node = Devnet(folder / "load").start_funded()
    try:
        return reading_rows(node, runs) + flood_rows(node)
    finally:
        node.stop()
