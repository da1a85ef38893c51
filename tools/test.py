#!/usr/bin/env python3
"""Builds and runs every test, stage by stage, and ends with one line: `N passed, N failed`.

Stages: the release build with its tests; ctest (unit, property, differential, and the repository's
own checks); the end-to-end stories against the running program; the web app in a browser; the
golden journal by another compiler; the fuzz targets, two at a time.
A stage that fails does not stop the next, unless it could not build.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

RELEASE = pathlib.Path("build/release")
FUZZ = pathlib.Path("build/fuzz")
JOBS = str(os.cpu_count() or 2)


class Tally:
    """How many tests passed and failed so far, and which failed."""

    def __init__(self):
        self.passed = 0
        self.failures = []

    def record(self, name, good):
        if good:
            self.passed += 1
        else:
            self.failures.append(name)


def stage(title):
    print(f"\n== {title}", flush=True)
    return time.monotonic()


def done(since):
    print(f"   {time.monotonic() - since:.0f} s", flush=True)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=False, **options).returncode


def build(preset, folder, *targets):
    if not (folder / "build.ninja").exists() and run("cmake", "--preset", preset) != 0:
        return False
    return run("ninja", "-C", folder, *targets) == 0


def run_ctest(tally):
    report = (RELEASE / "ctest.xml").resolve()
    report.unlink(missing_ok=True)
    code = run("ctest", "--test-dir", RELEASE, "-j", JOBS, "--output-on-failure", "--progress",
               "--output-junit", report)
    if not report.exists():
        tally.record("ctest", False)
        return
    failures = len(tally.failures)
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("skipped") is None:
            tally.record(case.get("name"), case.find("failure") is None)
    if code != 0 and len(tally.failures) == failures:
        tally.record("ctest", False)


def fuzz_targets():
    return sorted(path.stem for path in pathlib.Path("fuzz").glob("fuzz_*.cpp"))


def start_fuzzer(target, seconds):
    """Starts one fuzzer; what it finds new goes to build/, what is kept lies in fuzz/corpus."""
    program = next(path for path in FUZZ.rglob(target) if path.is_file())
    found = FUZZ / "corpus" / target
    found.mkdir(parents=True, exist_ok=True)
    kept = pathlib.Path("fuzz/corpus") / target.removeprefix("fuzz_")
    corpora = [found] + ([kept] if kept.is_dir() else [])
    log = open(FUZZ / f"{target}.log", "w")
    command = [program, f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=10",
               f"-artifact_prefix={FUZZ}/{target}-", *corpora]
    return subprocess.Popen([str(part) for part in command], stdout=log, stderr=log)


def finish_fuzzer(target, process, tally):
    good = process.wait() == 0
    log = (FUZZ / f"{target}.log").read_text(errors="replace")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", log)
    print(f"   {target}: {runs[1] if runs else '?'} inputs, {'no' if good else 'A'} fault")
    if not good:
        print("\n".join(log.splitlines()[-40:]))
        for path in sorted(FUZZ.glob(f"{target}-*")):
            print(f"   {path}, in hexadecimal: {path.read_bytes()[:4096].hex()}")
    tally.record(target, good)


def run_fuzzers(tally, seconds):
    targets = fuzz_targets()
    for first in range(0, len(targets), 2):
        pair = [(target, start_fuzzer(target, seconds)) for target in targets[first:first + 2]]
        for target, process in pair:
            finish_fuzzer(target, process, tally)


def run_stories(tally, project):
    """The stories print one line each, `ok <name>` or `not ok <name>`, as TAP does."""
    process = subprocess.Popen(["npm", "test", "--silent", "--prefix", project],
                               stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "THAW_BINARY": str(RELEASE.resolve() / "thaw")})
    told = failed = 0
    for line in process.stdout:
        print(line, end="", flush=True)
        if match := re.match(r"\s*(not )?ok\b[\s\d-]*(.*)", line):
            told += 1
            failed += match[1] is not None
            tally.record(match[2].strip(), match[1] is None)
    if (process.wait() != 0 and failed == 0) or told == 0:
        tally.record(f"the stories of {project}", False)


def run_golden(tally):
    """The other compiler's build leads a fixed journal to the same digest."""
    program = next(path for path in FUZZ.rglob("golden_digest") if path.is_file())
    told = subprocess.run([str(program)], capture_output=True, text=True, check=False)
    wanted = pathlib.Path("tests/golden/digest.txt").read_text()
    tally.record("golden digest (Clang, sanitizers)", told.stdout == wanted)
    if told.stdout != wanted:
        print(f"wanted:\n{wanted}got:\n{told.stdout}{told.stderr}")


def unit_stages(tally, wanted):
    since = stage("build (web app, release)")
    tally.record("build (web app)", run("make", "--silent", "web/dist/index.html") == 0)
    built = build("release", RELEASE)
    tally.record("build (release)", built)
    done(since)
    if built and "ctest" in wanted:
        since = stage("ctest")
        run_ctest(tally)
        done(since)
    if built and "stories" in wanted:
        since = stage("end-to-end stories")
        run_stories(tally, "tests/e2e")
        done(since)
    if built and "web" in wanted:
        since = stage("the web app in a browser")
        tally.record("types of the web app", run("npm", "run", "--silent", "--prefix", "web",
                                                 "check") == 0)
        run_stories(tally, "web")
        done(since)


def fuzz_stages(tally, seconds):
    since = stage("build (fuzz)")
    built = build("fuzz", FUZZ, *fuzz_targets(), "golden_digest")
    tally.record("build (fuzz)", built)
    done(since)
    if built:
        since = stage("the golden journal, by Clang and with sanitizers")
        run_golden(tally)
        done(since)
        since = stage(f"fuzzing, {seconds} s each")
        run_fuzzers(tally, seconds)
        done(since)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzz-seconds", type=int, default=60, help="for each target; 0: none")
    parser.add_argument("--only", choices=["ctest", "stories", "web", "fuzz"], help="one stage")
    options = parser.parse_args()
    wanted = [options.only] if options.only else ["ctest", "stories", "web", "fuzz"]
    tally, start = Tally(), time.monotonic()

    if wanted != ["fuzz"]:
        unit_stages(tally, wanted)
    if "fuzz" in wanted and options.fuzz_seconds > 0:
        fuzz_stages(tally, options.fuzz_seconds)

    print(f"\n{(time.monotonic() - start) / 60:.1f} minutes")
    for name in tally.failures:
        print(f"failed: {name}")
    print(f"{tally.passed} passed, {len(tally.failures)} failed")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
