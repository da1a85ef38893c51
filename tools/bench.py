#!/usr/bin/env python3
"""Measures, and writes docs/performance.md: one table, with the command that made each line.

The core's figures come from Google Benchmark; the rest from a devnet in a temporary folder, loaded
over HTTP from the same machine, so that client and server share its cores.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

RELEASE = pathlib.Path("build/release")
PROGRAM = RELEASE / "thaw"
PORT = 18545


class Devnet:
    """A devnet on PORT whose chain time nearly stands still, so that the hosts keep quiet."""

    def __init__(self, data):
        self.data = data
        self.process = None

    def start(self):
        """Returns the seconds until it answers."""
        since = time.monotonic()
        self.process = subprocess.Popen(
            [str(PROGRAM), "devnet", "--listen", f"127.0.0.1:{PORT}", "--data", str(self.data),
             "--day", "24h"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while call("eth_blockNumber") is None:
            if self.process.poll() is not None:
                sys.exit("the devnet ended at once: start it by hand to see why")
            time.sleep(0.005)
        return time.monotonic() - since

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()


def call(method, *params):
    """The result of a JSON-RPC call, or None while nobody answers."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    ask = urllib.request.Request(f"http://127.0.0.1:{PORT}", body,
                                 {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(ask, timeout=60) as answer:
            return json.load(answer).get("result")
    except OSError:
        return None


def wait_for_deposits():
    """The development accounts' assets arrive through the bridge."""
    first = call("eth_accounts")[0]
    for _ in range(600):
        if int(call("eth_getBalance", first, "latest"), 16) > 10**21:
            return
        time.sleep(0.1)
    sys.exit("the development accounts were not funded within a minute")


def load(*arguments):
    """Runs the load generator; returns {what: [per second, ...]} and the counts."""
    output = subprocess.run([str(RELEASE / "bench/bench_http"), str(PORT), *arguments],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    rates = {}
    for line in map(json.loads, output.splitlines()):
        rates.setdefault(line["what"], []).append(line["count"] / line["seconds"])
    return rates


def number(value):
    """Three significant digits, thousands apart."""
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{int(round(value, -digits)):,}"
    return f"{value:.3g}"


def label(name):
    """`apply_stake/1000` reads `apply stake, 1,000`: accounts, or bytes hashed, or rows sealed."""
    name = re.sub(r"/iterations:\d+", "", name)
    base, _, size = name.replace("_", " ").partition("/")
    return f"{base}, {int(size):,}" if size else base


def core_rows():
    """The micro-benchmarks: medians of five repetitions."""
    program = next((path for path in RELEASE.rglob("bench_core") if path.is_file()), None)
    if program is None:
        return []
    flags = ["--benchmark_format=json", "--benchmark_repetitions=5",
             "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.2"]
    report = json.loads(subprocess.run([str(program), *flags], stdout=subprocess.PIPE, text=True,
                                       check=True).stdout)
    rows = []
    for entry in report["benchmarks"]:
        if entry.get("aggregate_name") != "median":
            continue
        name = re.sub(r"_median$", "", entry["name"])
        unit = entry["time_unit"]
        rows.append((label(name), f"{number(entry['real_time'])} {unit}",
                     f"`{program} --benchmark_repetitions=5`"))
    return rows


def load_rows(folder):
    devnet = Devnet(folder / "load")
    devnet.start()
    wait_for_deposits()
    rates = load()
    devnet.stop()
    command = f"`{RELEASE}/bench/bench_http {PORT}`"
    return [(f"{what}, over HTTP",
             f"{number(statistics.median(runs))} /s ({number(min(runs))}–{number(max(runs))})",
             command) for what, runs in rates.items()]


def restart_rows(folder, accounts):
    devnet = Devnet(folder / "restart")
    devnet.start()
    wait_for_deposits()
    rate = load("fill", str(accounts))["fill"][0]
    height = int(call("eth_blockNumber"), 16)
    devnet.stop()
    calm = [restart(devnet, signal.SIGTERM) for _ in range(5)]
    hard = [restart(devnet, signal.SIGKILL) for _ in range(5)]
    command = f"`{RELEASE}/bench/bench_http {PORT} fill {accounts}`"
    what = f"{accounts:,} accounts, {height:,} blocks"
    return [(f"funding accounts, 256 to a transaction ({accounts:,})", f"{number(rate)} /s",
             command),
            (f"restart, stopped properly ({what})", f"{number(statistics.median(calm))} s",
             command + ", then stop and start"),
            (f"restart, killed (`kill -9`; {what})", f"{number(statistics.median(hard))} s",
             command + ", then kill and start")]


def restart(devnet, how):
    seconds = devnet.start()
    devnet.stop(how)
    return seconds


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores"


def write_page(rows):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True,
                            text=True, check=False).stdout.strip()
    lines = ["# Performance", "",
             "Written by `make bench`; do not edit. Rates over HTTP are the median of five runs, "
             "with the",
             "least and the greatest. Transactions are signed beforehand by 200 accounts and sent "
             "over eight",
             "connections from the same machine, so client and server share its cores; the clock "
             "stops when",
             "the last of them is in a durable block. Reads are `eth_call` of `balanceOf`.", "",
             f"Machine: {machine()}. Commit: {commit}. Compiler: GCC, `-O2`, assertions on.", "",
             "| what | measured | command |", "|---|---|---|",
             *(f"| {what} | {figure} | {command} |" for what, figure, command in rows), ""]
    pathlib.Path("docs/performance.md").write_text("\n".join(lines))
    print("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000, help="for the restart")
    options = parser.parse_args()
    subprocess.run(["cmake", "--preset", "release"], check=True, stdout=subprocess.DEVNULL)
    targets = ["thaw_program", "bench_http"]
    if pathlib.Path("bench/bench_core.cpp").exists():
        targets.append("bench_core")
    subprocess.run(["ninja", "-C", str(RELEASE), *targets], check=True)
    with tempfile.TemporaryDirectory(prefix="thaw-bench-") as name:
        folder = pathlib.Path(name)
        rows = core_rows() + load_rows(folder) + restart_rows(folder, options.accounts)
    write_page(rows)


if __name__ == "__main__":
    main()
