#!/usr/bin/env python3
"""Measures, and writes docs/performance.md and docs/evidence/bench.json.

  tools/bench.py                              everything; about 20 minutes
  tools/bench.py --only limit,postgres        some parts; the others' figures stay as they were
  tools/bench.py --only growth --largest 1000000

Parts: anvil, postgres, limit, growth, load, profile. Run it on a machine that does nothing else.
"""
import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from bench import (against_anvil, against_limit, against_postgres, growth, nodes, page, profile,
                   under_load)
from bench.figures import Row

PROGRAMS = ["thaw_program", "bench_http", "bench_ledger", "bench_growth", "bench_bare"]


def earlier_rows(without):
    """What an earlier run found out about the parts that this one leaves out."""
    if not page.EVIDENCE.exists():
        return []
    known = Row.__dataclass_fields__
    found = json.loads(page.EVIDENCE.read_text())["rows"]
    return [Row(**{name: value for name, value in row.items() if name in known})
            for row in found if row["part"] not in without]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(page.TITLES), help="parts, with commas between")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--largest", type=int, default=10_000_000, help="accounts, for growth")
    options = parser.parse_args()
    parts = {
        "anvil": lambda folder: against_anvil.rows(folder, options.runs),
        "postgres": lambda folder: against_postgres.rows(folder, options.runs),
        "limit": lambda folder: against_limit.rows(folder, options.runs),
        "growth": lambda folder: growth.rows(folder, options.runs, options.largest),
        "load": lambda folder: under_load.rows(folder, options.runs),
        "profile": profile.rows,
    }
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(parts):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    subprocess.run(["cmake", "--preset", "release"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", "build/release", *PROGRAMS], check=True)
    with tempfile.TemporaryDirectory(prefix="thaw-bench-") as name:
        for part in wanted:
            since = time.monotonic()
            # PostgreSQL's processes are sessions of their own and would outweigh pgbench.
            with nodes.after_the_kernel() if part != "postgres" else contextlib.nullcontext():
                found = parts[part](pathlib.Path(name))
            page.write(earlier_rows(without={part}) + found)
            print(f"{part}: {time.monotonic() - since:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
