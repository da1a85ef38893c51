#!/usr/bin/env python3
"""Each promise of docs/promises.md names tests that exist. Prints one line per row that does not."""
import pathlib
import re
import sys


def known_tests():
    """`Suite.Name` of every C++ test, and the titles of the end-to-end stories."""
    names = set()
    for path in [*pathlib.Path("thaw").rglob("*_test.cpp"), *pathlib.Path("tests").rglob("*.cpp")]:
        names.update(f"{suite}.{name}" for suite, name in
                     re.findall(r"TEST(?:_F|_P)?\((\w+), (\w+)\)", path.read_text()))
    stories = "".join(path.read_text() for path in pathlib.Path("tests/e2e").glob("*.mjs"))
    return names, stories


def main():
    names, stories = known_tests()
    faults = 0
    for number, line in enumerate(pathlib.Path("docs/promises.md").read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or len(cells) != 4 or cells[0] == "promise":
            continue
        seen = re.findall(r"`(\w+\.\w+)`", cells[3])
        missing = [name for name in seen if name not in names]
        told = re.findall(r"e2e: ([^,|]+)", cells[3])
        # A story's title may be put together: its parts around what varies are looked for.
        missing += [title for title in told
                    if not any(part in stories for part in (title, title.split(" of ")[0]))]
        if missing or not (seen or told):
            print(f"docs/promises.md:{number}: no such test: {', '.join(missing) or 'none named'}")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
