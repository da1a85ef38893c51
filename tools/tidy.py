#!/usr/bin/env python3
"""The repository's own habits, held: sizes, first sentences, banned words. Run by ctest from the top of the repository.

Prints one line per fault, with what to write instead. `tools/tidy.py file...` looks at these
files only.
"""
import pathlib
import re
import subprocess
import sys
import tomllib

LINE_MAX = 100
ABI_LINE_MAX = 120  # the lines that Ethereum reads are not wrapped
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500

CODE = {".hpp", ".cpp"}
SCRIPTS = {".py", ".sh", ".cmake", ".js", ".mjs", ".ts", ".mts", ".svelte", ".css"}
GOLDEN = re.compile(
    r"(^|/)(golden|generated|vectors|corpus|evidence|node_modules|package-lock\.json)")
NAMES_REFUSED = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
NOT_A_FUNCTION = re.compile(r"\s*(?:inline\s+)?(?:namespace|class|struct|enum|union|extern)\b")
PURE_ROOM = re.compile(r"^thaw/(base|crypto|codec|protocol)/")

# (where, what, what to write instead); comments and literals of C++ are taken out before.
BANNED_IN_CODE = [
    (r"", r"(?<![\w.])assert\s*\(", "THAW_ASSERT: it stays on in release"),
    (r"", r"\busing namespace std\b", "the names, with std::"),
    (r"", r"\b(?:atoi|atol|strtol|strtoul|strtoull|stoi|stoul|stoull)\s*\(",
     "parse_decimal or std::from_chars: they know no locale and refuse leftovers"),
    (r"", r"\b(?:sprintf|strcpy|strcat|gets)\s*\(", "std::string, or snprintf with the size"),
    (r"", r"\b(?:rand|srand)\s*\(", "a seeded generator that the test names"),
    (r"pure", r"\b(?:float|double|long double)\b", "integers, with mul_div_down or mul_div_up"),
    (r"pure", r"\bthrow\b", "a Result: fail(Error{...})"),
    (r"pure", r"\b(?:try|catch)\s*[({]", "a Result; exceptions end where the library is called"),
    (r"pure", r"\bstd::function\b", "a template parameter or a function pointer"),
    (r"pure", r"\b(?:system_clock|steady_clock|time_t|gettimeofday)\b", "Block::now_s"),
]
BANNED_ANYWHERE = [
    (r"\b" + "FIX" + r"ME\b", "the fix, or a TODO with an issue number"),
    (r"\bTODO(?!\(#\d+\))", "TODO(#<issue>)"),
    (r"(?<![\w.])/(?:work|tmp|root|home)/", "a path inside the repository, or a temporary folder "
     "that the system names"),
]
# Where a banned word is right, each with its reason.
ALLOWED = {
    ("thaw/protocol/state.hpp", "std::function"),  # storage visits rows through it; no verb does
    ("thaw/protocol/state.cpp", "std::function"),
}


def files():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True,
                            text=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:  # an unpacked archive
        names = [str(p) for p in pathlib.Path(".").rglob("*")
                 if not re.search(r"(^|/)(\.git|build|node_modules)/", str(p))]
    return sorted(p for p in map(pathlib.Path, names) if p.is_file())


def bare(text):
    """C++ without comments and literals, line for line."""
    def blank(match):
        literal = match.group(0)
        keep = '""' if literal[0] in "\"'R" else ""
        return keep + "\n" * literal.count("\n")
    literals = (r'R"(\w*)\(.*?\)\1"', r"//[^\n]*", r"/\*.*?\*/", r'"(?:\\.|[^"\\\n])*"',
                r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'")
    return re.sub("|".join(literals), blank, text, flags=re.S)


def long_functions(code):
    """(line, length) of each function body that does not fit on a screen."""
    stack, since = [], ""
    for number, line in enumerate(code.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        for char in line:
            if char == "{":
                named = NOT_A_FUNCTION.match(since)
                stack.append((number, ")" in since and not named))
                since = ""
            elif char == "}":
                start, is_function = stack.pop() if stack else (number, False)
                if is_function and number - start + 1 > FUNCTION_LINES_MAX:
                    yield start, number - start + 1
                since = ""
            elif char == ";":
                since = ""
            else:
                since += char
        since += " "


def is_abi(line):
    """A line of ABI text, which Ethereum reads and nobody wraps."""
    return 'Fn<"' in line or " abi = " in line or line.lstrip().startswith('"')


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        # Prettier wraps a page's text a little late, and is right: so it reads as it will be read.
        limit = ABI_LINE_MAX if is_abi(line) or path.suffix == ".svelte" else LINE_MAX
        if len(line) > limit:
            yield number, f"{len(line)} columns; {limit} at most"
        if line != line.rstrip():
            yield number, "blanks at the end"
        if "\t" in line and path.name != "Makefile":
            yield number, "a tab"


def check_code(path, text, lines):
    code = bare(text)
    pure = PURE_ROOM.match(str(path)) and not path.stem.endswith("_test")
    for number, line in enumerate(code.splitlines(), 1):
        for where, what, instead in BANNED_IN_CODE:
            if where == "pure" and not pure:
                continue
            if (found := re.search(what, line)) and (str(path), found[0]) not in ALLOWED:
                yield number, f"{found[0].strip()}: write {instead}"
    for start, length in long_functions(code):
        yield start, f"a function of {length} lines; {FUNCTION_LINES_MAX} at most"
    if path.suffix == ".hpp":
        if not lines or not re.match(r"/// \S.*", lines[0]):
            yield 1, "a header opens with `/// ` and one sentence: what it is for"
        opening = next((line for line in lines if not line.startswith("///")), "")
        if opening != "#pragma once":
            yield 1, "#pragma once follows the first comment"


def check_page(lines):
    titles, fenced = [], False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and re.match(r"# ", line):
            titles.append(number)
    if titles != [1]:
        yield (titles[1] if len(titles) > 1 else 1), "a page has one `#` title, on its first line"
    if fenced:
        yield len(lines), "a code block is not closed"


def check(path):
    name = str(path)
    if GOLDEN.search(name):
        return
    if path.stem in NAMES_REFUSED or NAMES_REFUSED & set(path.parts[:-1]):
        yield 1, "a name that says what is inside"
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    lines = text.splitlines()
    if path.suffix in CODE | SCRIPTS:
        if len(lines) > FILE_LINES_MAX:
            yield len(lines), f"{len(lines)} lines; {FILE_LINES_MAX} at most: two rooms"
        yield from check_lines(path, lines)
    if path.suffix in CODE:
        yield from check_code(path, text, lines)
    if path.suffix == ".md":
        yield from check_page(lines)
    for number, line in enumerate(lines, 1):
        for what, instead in BANNED_ANYWHERE:
            if path != pathlib.Path("tools/tidy.py") and (found := re.search(what, line)):
                yield number, f"{found[0]}: write {instead}"


def unused_headers(paths):
    """Headers that nobody includes."""
    included = set()
    for path in paths:
        if path.suffix in CODE:
            included.update(re.findall(r'#include "([^"]+)"', path.read_text()))
    for path in paths:
        if path.suffix == ".hpp" and str(path) not in included:
            if not any(name.endswith("/" + path.name) or name == path.name for name in included):
                yield path, 1, "nobody includes this header"


def misplaced_faults():
    """Faults that cannot be put into the code any more: it has moved on, and so must they."""
    where = pathlib.Path("tests/faults/faults.toml")
    for fault in tomllib.loads(where.read_text())["fault"]:
        stands = pathlib.Path(fault["file"]).read_text().count(fault["was"])
        if stands != 1:
            yield where, 1, (f"the fault of \"{fault['says']}\": `was` stands {stands} times in "
                             f"{fault['file']}, not once")


def main():
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or files()
    faults = [(path, *fault) for path in paths for fault in check(path)]
    if len(sys.argv) == 1:
        faults += unused_headers(paths)
        faults += misplaced_faults()
    for path, number, what in faults:
        print(f"{path}:{number}: {what}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
