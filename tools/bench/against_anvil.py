"""Part 1: the same signed transactions, by the same client, to ours and to anvil."""
from bench.figures import Row
from bench.nodes import CROWD, Anvil, Devnet, Failed, client, cpu_us

PART = "anvil"
HOLDERS = 100_000
BATCHES = 16  # connections that send them; with 8 or 32 both take a few percent more or less


def alone(nodes, one):
    """Lets one of them run, and no other."""
    for node in nodes:
        node.resume() if node is one else node.pause()


class Arena:
    """Ours and both kinds of anvil, of which one at a time runs."""

    def __init__(self, folder):
        self.ours = Devnet(folder / "anvil").start_funded()
        self.at_once = Anvil().start_funded()
        self.each_second = Anvil("--block-time", "1").start_funded()
        self.all = [self.ours, self.at_once, self.each_second]
        self.restarts = 0

    def measure(self, node, what, *arguments):
        """anvil stops answering now and then, for good, or refuses a transaction because of a block
        that came meanwhile; what was measured then does not count."""
        alone(self.all, node)
        for attempts_left in reversed(range(5)):
            try:
                return client(node, what, *arguments)
            except Failed:
                if node is self.ours or attempts_left == 0:
                    raise
                node.again()
                self.restarts += 1

    def close(self):
        for node in self.all:
            node.stop()


def rate(run):
    return run["count"] / run["seconds"]


def throughput_rows(arena, runs):
    rows = []
    for what in ("transfers", "stakes"):
        found = {name: [] for name in ("single", "batch", "single at once", "batch at once",
                                       "batch each second")}
        cpu = []
        for _ in range(runs):
            found["single"].append(rate(arena.measure(arena.ours, what, 8_000, 1, CROWD)))
            found["single at once"].append(
                rate(arena.measure(arena.at_once, what, 1_000, 1, CROWD)))
            found["batch"].append(rate(arena.measure(arena.ours, what, 40_000, 100, BATCHES)))
            found["batch at once"].append(
                rate(arena.measure(arena.at_once, what, 2_000, 100, BATCHES)))
            run = arena.measure(arena.each_second, what, 20_000, 100, BATCHES)
            found["batch each second"].append(rate(run))
            cpu.append(cpu_us(run))
        command = f"`bench_http {what} PORT COUNT BATCH CONNECTIONS`"
        few = "200 accounts; with 100,000 see below"
        rows += [
            Row(PART, f"{what}, batches of 100; anvil with blocks each second", "1/s",
                found["batch"], found["batch each second"], (">=", 4), command),
            Row(PART, f"{what}, one by one, {CROWD} connections; both seal at once", "1/s",
                found["single"], found["single at once"], (), command, few),
            Row(PART, f"{what}, batches of 100; both seal at once", "1/s", found["batch"],
                found["batch at once"], (), command, few),
            Row(PART, f"anvil's CPU time per {what[:-1]}, blocks each second", "µs", cpu,
                command=command),
        ]
    return rows


def read_rows(arena, runs):
    rows = []
    for count, batch, name in ((10_000, 1, "one by one"), (40_000, 100, "batches of 100")):
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(rate(arena.measure(arena.ours, "reads", count, batch)))
            theirs.append(rate(arena.measure(arena.at_once, "reads", count // 2, batch)))
        rows.append(Row(PART, f"eth_call balanceOf, {name}", "1/s", ours, theirs,
                        command=f"`bench_http reads PORT COUNT {batch}`"))
    return rows


def latency_rows(arena, runs, peaks):
    """Each at half of what it managed one by one, for the receipt (EIP-7966)."""
    rows = []
    for what in ("transfers", "stakes", "reads"):
        found = {(who, quantile): [] for who in ("ours", "theirs")
                 for quantile in ("p50_ms", "p99_ms")}
        for _ in range(runs):
            for who, node in (("ours", arena.ours), ("theirs", arena.at_once)):
                half = max(20, int(peaks[what][who] / 2))
                run = arena.measure(node, f"paced-{what}", half, 2)
                for quantile in ("p50_ms", "p99_ms"):
                    found[who, quantile].append(run[quantile])
        for quantile in ("p50_ms", "p99_ms"):
            rows.append(Row(PART, f"{what}, latency {quantile[:3]} at half load, ours at "
                            f"{peaks[what]['ours'] / 2:,.0f}/s, anvil at "
                            f"{peaks[what]['theirs'] / 2:,.0f}/s", "ms", found["ours", quantile],
                            found["theirs", quantile],
                            command=f"`bench_http paced-{what} PORT RATE 2`"))
    return rows


def crowded_rows(arena, runs):
    """With as many holders of the token as beside PostgreSQL, for memory and for speed."""
    command = "`bench_http fill PORT COUNT`"
    arena.measure(arena.ours, "fill", HOLDERS)
    ours = arena.ours.memory_mib()
    alone(arena.all, arena.at_once)
    arena.at_once.fill(HOLDERS)
    found = [Row(PART, f"memory with {HOLDERS:,} accounts", "MiB", [ours],
                 [arena.at_once.memory_mib()], command=command,
                 note="ours keeps 10,000 blocks of history and all receipts")]
    for what in ("transfers", "stakes"):
        for batch, connections, count, theirs_count, name in (
                (1, CROWD, 8_000, 64, f"one by one, {CROWD} connections"),
                (100, BATCHES, 40_000, 400, "batches of 100")):
            ours, theirs = [], []
            for _ in range(runs):
                ours.append(rate(arena.measure(arena.ours, what, count, batch, connections)))
                theirs.append(rate(arena.measure(arena.at_once, what, theirs_count, batch,
                                                 min(connections, theirs_count // batch))))
            found.append(Row(PART, f"{what}, {name}, {HOLDERS:,} holders; both seal at once", "1/s",
                             ours, theirs, (">=", 40),
                             f"`bench_http {what} PORT COUNT BATCH CONNECTIONS`",
                             "anvil computes a block's root over all accounts"))
    arena.measure(arena.ours, "fill", 1_000_000)
    found.append(Row(PART, "memory with 1,000,000 accounts", "MiB", [arena.ours.memory_mib()],
                     command=command, note="anvil had not taken a million balances in after four "
                     "minutes: it computes the root over all of them"))
    return found


def peak(rows, what):
    row = next(one for one in rows if one.what.startswith(f"{what}, one by one")
               or one.what == f"eth_call balanceOf, one by one" and what == "reads")
    return {"ours": sorted(row.ours)[len(row.ours) // 2],
            "theirs": sorted(row.peer)[len(row.peer) // 2]}


def rows(folder, runs):
    arena = Arena(folder)
    try:
        found = throughput_rows(arena, runs) + read_rows(arena, runs)
        peaks = {what: peak(found, what) for what in ("transfers", "stakes", "reads")}
        found += latency_rows(arena, runs, peaks) + crowded_rows(arena, runs)
        if arena.restarts:
            found[0].note = f"anvil failed {arena.restarts} times, and was started anew"
        return found
    finally:
        arena.close()
