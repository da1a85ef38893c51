#!/usr/bin/env python3
"""What the pure rooms need from outside, held to an allow-list: no exception, clock, thread, file, chance or locale.

The includes can lie (a header brings another); the symbols that the compiled libraries leave
undefined cannot. Run by ctest: `tools/check_purity.py build/release`. A symbol that is missing from
the list is printed with the object that needs it; before adding it, say in a comment why it gives
the same answer on every machine.
"""
import pathlib
import re
import subprocess
import sys

ROOMS = ["base", "crypto", "codec", "protocol"]

ALLOWED = [
    # Memory: bytes, and the heap. Running out of it stops the node (the rooms hold no handler).
    r"mem(cpy|move|set|cmp|chr)", r"strlen", r"bcmp",
    r"operator (new|delete)(\[\])?\(.*\)",
    # Where a large table lies, in pages of which size: nothing of it can be read.
    r"aligned_alloc", r"free", r"madvise",
    # What std::vector, std::string and std::span say about misuse: without a handler, the end.
    r"std::__throw_\w+\(.*\)", r"std::terminate\(\)", r"__cxa_call_terminate",
    r"__cxa_pure_virtual",
    # Parts of std::string that live in the library; they touch their own bytes only.
    r"std::__cxx11::basic_string<char, .*>::.*", r"std::__detail::.*", r"std::to_chars\(.*\)",
    r"std::_Hash_bytes\(.*\)", r"std::__glibcxx_assert_fail\(.*\)",
    # THAW_ASSERT and the assertions of libraries: they say what is broken and stop.
    r"abort", r"fprintf", r"fputs", r"fwrite", r"stderr", r"__assert_fail",
    # A function's static constant is made once, whoever comes first, and is the same.
    r"__cxa_guard_(acquire|release|abort)", r"__cxa_atexit", r"__dso_handle",
    # The compiler's own: 128-bit division, stack protection, vtables.
    r"__u?(div|mod)ti3", r"__udivmodti4", r"__stack_chk_fail", r"_GLOBAL_OFFSET_TABLE_",
    # Which instructions the processor has: digests are the same with any of them.
    r"__cpu_model", r"__cpu_indicator_init",
    # Cryptography: functions of their arguments.
    r"secp256k1_\w+", r"EVP_sha(256|512)", r"HMAC", r"PKCS5_PBKDF2_HMAC",
    r"EVP_MD_CTX_(new|free)", r"EVP_Digest(Init_ex|Update|Final_ex)",
    # Instrumentation of sanitizer builds.
    r"__(a|ub|t)san_\w+", r"__sanitizer_\w+",
]
ALLOWED_RE = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED))
HOUSE = re.compile(r"(?!std::).*\bthaw::")  # another pure room's, held to the same list


def undefined(archive):
    """(object, symbol) of what an archive's members need from elsewhere, demangled."""
    listing = subprocess.run(["nm", "--undefined-only", "--demangle", archive],
                             capture_output=True, text=True, check=True).stdout
    member = "?"
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif match := re.match(r"\s+[Uw] (.*)", line):
            yield member, match[1]


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    faults = 0
    for room in ROOMS:
        archive = pathlib.Path(sys.argv[1]) / f"libthaw_{room}.a"
        if not archive.exists():
            print(f"{archive}: not built")
            return 1
        for member, symbol in undefined(archive):
            if HOUSE.match(symbol) or ALLOWED_RE.fullmatch(symbol):
                continue
            faults += 1
            print(f"thaw/{room} is pure, but {member} needs {symbol}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
