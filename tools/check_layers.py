#!/usr/bin/env python3
"""The floors of the house, held: includes point down, modules form no circle, books have one owner.

Run from the top of the repository; prints each line to mend and fails. The rules:

1. A file includes from its own room and from rooms on lower floors only; rooms on one floor do not
   know each other.
2. The pure rooms name no header of the standard library or the system that brings a clock, a
   thread, a file, chance or an order of hashing; a third-party library is named only in the rooms
   that LIBRARIES gives it.
3. Modules of `protocol` form no circle. An arrow from A to B is an include of anything of B but
   its plain words: books.hpp and messages.hpp (rows and wire structs, data without behaviour) and
   limits.hpp (numbers). Arithmetic (math.hpp) makes an arrow as a verb does, so whoever uses
   another module's formulas depends on it openly.
4. Any module reads any books; `own<X::Books>`, which writes, stands in module X only.
5. Another module's invariants and .cpp files are never included: its verbs are the only door.
"""
import graphlib
import pathlib
import re
import sys

FLOORS = ["base", "crypto", "codec", "protocol", "node", "rpc hosts", "sim", "main"]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}
PURE = {"base", "crypto", "codec", "protocol"}
# How large the pages are that memory lies in, nothing can read.
PURE_ALL_THE_SAME = {("thaw/base/large_pages.cpp", "sys/mman.h")}
IMPURE = re.compile(
    r"chrono|ctime|time\.h|thread|mutex|shared_mutex|atomic|future|condition_variable|stop_token"
    r"|random|filesystem|fstream|iostream|sstream|istream|ostream|locale|regex|any|typeinfo"
    r"|exception|stdexcept|memory_resource|unordered_map|unordered_set|cmath|math\.h"
    r"|sys/.*|unistd\.h|fcntl\.h|poll\.h|pthread\.h"
)
# Which rooms may name a third-party library; tests may name any.
LIBRARIES = {
    "tl/": set(FLOOR_OF),
    "boost/unordered/": set(FLOOR_OF),
    "secp256k1": {"crypto"},
    "openssl/": {"crypto"},
    "rocksdb/": {"node"},
    "spdlog/": {"node", "rpc", "hosts", "sim", "main"},
    "fmt/": {"node", "rpc", "hosts", "sim", "main"},
    "boost/json": {"rpc", "hosts", "sim", "main"},
    "boost/asio": {"rpc", "main"},
    "boost/beast": {"rpc", "main"},
    "CLI/": {"main"},
    "toml++": {"main"},
}
DATA_ONLY = {"books.hpp", "messages.hpp", "limits.hpp"}
PRIVATE = re.compile(r"(invariants|scenario)\.hpp$|\.cpp$")
INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
OWN = re.compile(r"own<\s*(?:protocol::)?(?:(\w+)::)?Books\s*>")
ASSEMBLY = {"state.cpp"}  # instantiates own<> for every module, by name


def module_of(parts):
    """The protocol module of thaw/protocol/<module>/file, or None."""
    return parts[2] if len(parts) == 4 and parts[1] == "protocol" else None


def check_house_include(path, target, arrows):
    """The fault of one include "thaw/...", or None; adds to the arrows between modules."""
    parts, other = path.parts, tuple(target.split("/"))
    if other[0] == "tests" and path.stem.endswith("_test"):
        return None  # worlds and models that tests of several rooms share
    if other[0] != "thaw" or len(other) < 3:
        return f'write "thaw/room/file.hpp" instead of "{target}"'
    room, other_room = parts[1], other[1]
    if other_room not in FLOOR_OF:
        return f"there is no room {other_room}"
    if other_room != room and FLOOR_OF[other_room] >= FLOOR_OF[room]:
        return f"{room} may not include {other_room}: includes point down"
    module, other_module = module_of(parts), module_of(other)
    if module and other_module and module != other_module:
        if PRIVATE.search(other[-1]):
            return f"{target} is {other_module}'s own affair"
        if other[-1] not in DATA_ONLY and not path.stem.endswith("_test"):
            arrows.setdefault(module, set()).add(other_module)
    return None


def check_system_include(path, target):
    """The fault of one include <...>, or None."""
    room = path.parts[1]
    if path.stem.endswith("_test") or path.stem.startswith("test_"):
        return None
    if (str(path), target) in PURE_ALL_THE_SAME:
        return None
    if room in PURE and IMPURE.fullmatch(target):
        return f"{room} is pure: no <{target}>"
    for library, rooms in LIBRARIES.items():
        if target.startswith(library) and room not in rooms:
            return f"<{target}> belongs to {', '.join(sorted(rooms))}"
    return None


def check_file(path, arrows):
    faults = []
    module = module_of(path.parts)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fault = None
        if match := INCLUDE.match(line):
            house, system = match.groups()
            fault = (check_house_include(path, house, arrows) if house
                     else check_system_include(path, system))
        elif path.parts[1] == "protocol" and path.name not in ASSEMBLY:
            for owner in OWN.findall(line):
                if owner and owner != module:
                    fault = f"{module or path.name} may read {owner}'s books, not write them"
                if not owner and module is None:
                    fault = "only modules own books"
        if fault:
            faults.append(f"{path}:{number}: {fault}")
    return faults


def main():
    faults, arrows = [], {}
    for path in sorted(pathlib.Path("thaw").rglob("*.[ch]pp")):
        faults += check_file(path, arrows)
    try:
        order = list(graphlib.TopologicalSorter(arrows).static_order())
    except graphlib.CycleError as cycle:
        order = []
        faults.append("modules in a circle: " + " -> ".join(reversed(cycle.args[1])))
    if "--show" in sys.argv:
        for module in order:
            print(f"{module}: {' '.join(sorted(arrows.get(module, ()))) or '-'}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
