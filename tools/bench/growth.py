"""Part 4: what each thing costs from a thousand accounts to ten million, and a restart."""
import signal

from bench.figures import Row
from bench.nodes import Devnet, ledger
from bench.picture import curves

PART = "growth"
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
PICTURE = "docs/growth.svg"


def cost_rows(sizes, runs):
    found = {}  # what: {size: [ns, ...]}
    memory = {}
    for size in sizes:
        for run in ledger(size, runs, program="bench_growth"):
            for what in ("stake", "transfer", "claim", "report"):
                found.setdefault(what, {}).setdefault(size, []).append(run[f"{what}_ns"])
            memory[size] = run["bytes_per_account"]
    rows = []
    for what, by_size in found.items():
        least, most = by_size[sizes[0]], by_size[sizes[-1]]
        rows.append(Row(PART, f"{what}, at {sizes[-1]:,} accounts and at {sizes[0]:,}", "ns", most,
                        least, ("<=", 2), f"`bench_growth ACCOUNTS {runs}`"))
    rows.append(Row(PART, f"the report of a day to {sizes[-1]:,} holders", "ms",
                    [ns / 1e6 for ns in found["report"][sizes[-1]]], goal=("<=", 10),
                    absolute=True, command=f"`bench_growth {sizes[-1]} {runs}`"))
    rows.append(Row(PART, f"memory of an account (nonce, ETH, an asset, a holding), {sizes[-1]:,}",
                    "bytes", [memory[sizes[-1]]], command="`bench_growth ACCOUNTS`"))
    curves(PICTURE, {what: {size: sorted(ns)[len(ns) // 2] for size, ns in by_size.items()}
                     for what, by_size in found.items()})
    return rows


def restart_rows(folder, accounts):
    """A chain with so many accounts, all older than the history that is kept."""
    node = Devnet(folder / "restart")
    node.start()
    node.stop()
    ledger("grow", folder / "restart/chain", accounts, 10_100)
    command = f"`bench_ledger grow DIR {accounts} 10100`, then start, stop or kill"
    calm, hard = [], []
    for how, found in ((signal.SIGTERM, calm), (signal.SIGKILL, hard)) * 2:
        found.append(node.start())
        memory = node.memory_mib()
        node.stop(how)
    return [Row(PART, f"restart with {accounts:,} accounts, stopped or killed", "s", calm + hard,
                goal=("<=", 20), absolute=True, command=command),
            Row(PART, f"memory of the whole node with {accounts:,} accounts", "MiB", [memory],
                command=command, note="two copies of the state")]


def rows(folder, runs, largest):
    sizes = [size for size in SIZES if size <= largest]
    return cost_rows(sizes, min(runs, 3)) + restart_rows(folder, largest)
