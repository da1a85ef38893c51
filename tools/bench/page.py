"""The table, as Markdown for people and as JSON for programs."""
import json
import os
import pathlib
import platform
import re
import subprocess

from bench.figures import number, spread
from bench.nodes import PEERS, anvil_program, compiled

PAGE = pathlib.Path("docs/performance.md")
EVIDENCE = pathlib.Path("docs/evidence/bench.json")
TITLES = {
    "anvil": ("Beside anvil", "The same signed transactions in the same order, sent over HTTP by "
              "the same client on the same machine. anvil runs an OpenZeppelin ERC-20 and a "
              "staking pool (bench/peers) at our contracts' addresses. Ours is durable when it "
              "answers; anvil keeps everything in memory."),
    "postgres": ("Beside PostgreSQL", "Double entry in one PL/pgSQL function, by pgbench over a "
                 "Unix socket, commits durable, 100,000 accounts. Ours: the core with its store, "
                 "blocks of 5,000 synced one by one, without signatures and without HTTP."),
    "limit": ("Beside the limit", "CPU time is that of the whole node: HTTP, JSON, decoding, "
              "recovery, pool, rules, roots, storing, answering."),
    "growth": ("Growth", "Each figure with ten million accounts beside a thousand.\n\n"
               "![cost by number of accounts](growth.svg)"),
    "load": ("Under load", ""),
    "profile": ("Where the instructions go", "Of one command on the writer's path, without "
                "signature and HTTP, counted by callgrind as the difference of two runs."),
}


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def package(name):
    return output("dpkg-query", "--show", "--showformat=${Version}", name)


def surroundings():
    """Versions and machine, for whoever wants to compare."""
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    anvil = output(str(anvil_program()), "--version").split("\n")[0]
    return {"machine": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, "
                       f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 30} GiB",
            "kernel": platform.release(),
            "commit": output("git", "rev-parse", "--short", "HEAD"),
            "compiler": output("c++", "--version").split("\n")[0] + ", -O2, assertions on",
            "libsecp256k1": package("libsecp256k1-1") or package("libsecp256k1-dev"),
            "rocksdb": package("librocksdb-dev"),
            "anvil": anvil,
            "solc": compiled()["solc"] if (PEERS / "node_modules/solc").exists() else "",
            "postgresql": package("postgresql-15")}


def line(row):
    ratio, met = row.ratio(), row.met()
    goal = f"{row.goal[0]} {number(row.goal[1])}" if row.goal else ""
    verdict = {True: "yes", False: "**no**", None: ""}[met]
    peer = spread(row.peer) if row.peer else ""
    shown = f"{ratio:.3g}" if ratio is not None else ""
    return (f"| {row.what} | {spread(row.ours)} {row.unit} | {peer} | {shown} | {goal} | {verdict} "
            f"| {row.command} |")


def write(rows):
    around = surroundings()
    runs = sorted({len(row.ours) for row in rows if len(row.ours) > 1})
    EVIDENCE.parent.mkdir(exist_ok=True)
    EVIDENCE.write_text(json.dumps({"surroundings": around,
                                    "rows": [row.as_json() for row in rows]}, indent=1,
                                   ensure_ascii=False) + "\n")
    lines = ["# Performance", "",
             "Written by `make bench`; do not edit. Each figure is the median of "
             f"{runs[0]} to {runs[-1]} runs, with the least and the greatest; opponents take "
             "turns with ours. Client and server share the machine's cores, and a session whose "
             "autogroup is at nice 10, but for PostgreSQL (performance_lessons.md). All figures "
             "with every single run: [evidence/bench.json](evidence/bench.json).", ""]
    lines += [f"- {name}: {value}" for name, value in around.items() if value] + [""]
    for part, (title, text) in TITLES.items():
        own = [row for row in rows if row.part == part]
        if not own:
            continue
        lines += [f"## {title}", "", *([text, ""] if text else []),
                  "| what | ours | beside | ratio | goal | met | command |",
                  "|---|---|---|---|---|---|---|", *map(line, own), ""]
        notes = dict.fromkeys(f"{row.what}: {row.note}" for row in own if row.note)
        lines += [*(f"- {note}" for note in notes), ""] if notes else []
    lines += ["What was done because of these figures, and what did not help: "
              "[performance_lessons.md](performance_lessons.md)."]
    PAGE.write_text("\n".join(lines).rstrip() + "\n")
    print("\n".join(lines))
