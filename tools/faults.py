#!/usr/bin/env python3
"""Builds the program with one fault at a time and sees the promise fire that it breaks.

The faults are those of tests/faults/faults.toml. Each is put into a copy of the tree, what depends
on it is built, and random walks (or the command the fault names, or the unit tests it names) must
end with the sentence. Every numbered sentence needs a fault: one without is an error. Name
sentences (their beginnings) to try only some.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tomllib

COPY = pathlib.Path("build/faults")
TREE = COPY / "tree"
BUILD = COPY / "build"
SEEDS = range(1, 9)
NUMBERED = ("C-", "S-", "Q-")  # the promises of the protocol that have a number
STEPS = 4000


def copy_tree():
    """The tree as git knows it; what is the same is not touched, so that little is rebuilt."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], text=True,
                            capture_output=True, check=True).stdout.splitlines()
    for name in listed:
        source, copy = pathlib.Path(name), TREE / name
        if source.is_file() and (not copy.exists() or copy.read_bytes() != source.read_bytes()):
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())


def build(target):
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release", "-S", TREE, "-B", BUILD],
                       check=True, stdout=subprocess.DEVNULL)
    return subprocess.run(["ninja", "-C", BUILD, target], capture_output=True, text=True,
                          check=False)


def sentences():
    """What the program promises, out of its sources."""
    found = []
    for path in sorted(pathlib.Path("thaw/protocol").rglob("*.[hc]pp")):
        if path.name in ("invariants.hpp", "transitions.cpp"):
            found += re.findall(r'(?:Invariant|Transition)\{\s*"([^"]+)"', path.read_text())
    return found


def try_fault(fault):
    """Returns what was seen: the words of the run that broke the promise, or why there are none."""
    path = TREE / fault["file"]
    sound = path.read_text()
    if sound.count(fault["was"]) != 1:
        return f"`was` stands {sound.count(fault['was'])} times in {fault['file']}"
    path.write_text(sound.replace(fault["was"], fault["becomes"]))
    try:
        target = "walk"
        if "run" in fault:
            target = "thaw_program"
        elif "tests" in fault:
            target = "protocol_test"
        built = build(target)
        if built.returncode != 0:
            return "does not build:\n" + built.stdout[-2000:]
        if "run" in fault:
            commands = [[BUILD / "thaw", *fault["run"].split()]]
        elif "tests" in fault:
            commands = [[BUILD / "protocol_test", f"--gtest_filter={fault['tests']}"]]
        else:
            commands = [[BUILD / "tests/walk", seed, STEPS] for seed in SEEDS]
        seen = "nothing was seen"
        for command in commands:
            run = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                                 check=False)
            if run.returncode != 0:
                seen = (run.stdout + run.stderr).strip()
            if fault["says"] in seen:
                return next(line for line in seen.splitlines() if fault["says"] in line).strip()
        return seen
    finally:
        path.write_text(sound)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("says", nargs="*", help="beginnings of sentences")
    wanted = parser.parse_args().says
    faults = tomllib.loads(pathlib.Path("tests/faults/faults.toml").read_text())["fault"]
    failed = 0
    for sentence in sentences():
        if not any(sentence.startswith(fault["says"]) for fault in faults):
            print(f"NO FAULT  {sentence}")
            failed += sentence.startswith(NUMBERED)
    copy_tree()
    sound = build("walk")
    if sound.returncode != 0:
        sys.exit("the sound program does not build:\n" + sound.stdout[-2000:])
    for fault in faults:
        if wanted and not any(fault["says"].startswith(says) for says in wanted):
            continue
        seen = try_fault(fault)
        good = fault["says"] in seen
        failed += not good
        shown = seen if good else f"{fault['says']}\n{seen}"
        print(f"{'fires' if good else 'SILENT'}  {fault['file']}: {shown}", flush=True)
    print(f"{len(faults)} faults, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
