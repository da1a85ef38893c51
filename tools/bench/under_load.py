"""Part 5: readers beside the writer, and ten times more than the node can take."""
import subprocess
import threading
import time

from bench.figures import Row
from bench.nodes import BENCH, Devnet, client

PART = "load"
RATE = 400  # transfers a second: low enough that only the readers can make them wait


class Readers:
    """The load generator's reads, again and again, until left."""

    def __init__(self, port):
        self.command = [str(BENCH / "bench_http"), "reads", str(port), "20000", "1"]
        self.running = True
        self.thread = threading.Thread(target=self.read)

    def read(self):
        while self.running:
            subprocess.run(self.command, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.thread.start()
        time.sleep(0.3)

    def __exit__(self, *_):
        self.running = False
        self.thread.join()


def reading_rows(node, runs):
    found = {"with": [], "without": []}
    for _ in range(runs):
        found["without"].append(client(node, "paced-transfers", RATE, 3)["p99_ms"])
        with Readers(node.port):
            found["with"].append(client(node, "paced-transfers", RATE, 3)["p99_ms"])
    return [Row(PART, f"p99 of {RATE} transfers a second, with a full load of reads and without",
                "ms", found["with"], found["without"], ("<=", 2),
                f"`bench_http paced-transfers PORT {RATE} 3`",
                "the readers are client processes on the same two cores")]


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
