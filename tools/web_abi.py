#!/usr/bin/env python3
"""Writes what the web app knows of the contracts, from what the program says of itself.

    tools/web_abi.py build/release/thaw            writes web/src/generated/
    tools/web_abi.py --check build/release/thaw    fails when that would change anything

`abi.ts` has every function, event and error of every face as a constant of its own, so that a
bundle holds those it names. `faces.ts` has whole faces as text, for the explorer.
"""
import json
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path("web/src/generated")
HEAD = "// Written by tools/web_abi.py from the faces in C++; a test compares.\n"


def asked(program, *arguments):
    return subprocess.run([program, "abi", *arguments], capture_output=True, text=True,
                          check=True).stdout


def face_name(contract, abi):
    """Contracts of one kind speak one face; but tokens that bear rewards are vaults besides, and
    one asset has votes."""
    kind = contract["kind"]
    if kind == "asset" and any(item["name"] == "delegates" for item in abi):
        return "votes"
    if kind == "liquid":
        return "bearing" if any(item["name"] == "requestRedeem" for item in abi) else "rebasing"
    return "rebasing" if kind == "legacy" else kind


def identifier(text):
    return re.sub(r"\W", "_", text)


def constant_lines(face, abi):
    """Overloads are told apart by their number of arguments."""
    names = [item["name"] for item in abi]
    for item in abi:
        name = f"{identifier(face)}_{item['name']}"
        if names.count(item["name"]) > 1:
            name += f"_{len(item['inputs'])}" if item["type"] == "function" else f"_{item['type']}"
        yield f"export const {name} = {json.dumps(item, separators=(',', ':'))} as const;\n"


def generated(program):
    contracts = json.loads(asked(program, "--json"))
    faces, book = {}, []
    for contract in contracts:
        abi = contract["abi"]
        face = face_name(contract, abi)
        if face in faces and faces[face][1] != abi:
            sys.exit(f"{contract['name']} speaks another face than other contracts of its kind")
        if face not in faces:
            faces[face] = (asked(program, contract["name"]).splitlines(), abi)
        book.append(f"  '{contract['name']}': '{contract['address']}',\n")
    constants = "".join(line for face, (_, abi) in faces.items()
                        for line in constant_lines(face, abi))
    texts = "".join(
        f"  {identifier(face)}: [\n"
        + "".join(f"    {json.dumps(line)},\n" for line in lines) + "  ],\n"
        for face, (lines, _) in faces.items())
    by_address = "".join(
        f"  '{contract['address'].lower()}': ['{contract['name']}', "
        f"'{identifier(face_name(contract, contract['abi']))}'],\n" for contract in contracts)
    return {
        "abi.ts": HEAD + constants,
        "addresses.ts": HEAD + "export const addresses = {\n" + "".join(book) + "} as const;\n",
        "faces.ts": HEAD + "export const faces: Record<string, string[]> = {\n" + texts + "};\n\n"
                    "/** Name and face of each contract of genesis, by its address in lower case. */\n"
                    "export const contracts: Record<string, [name: string, face: string]> = {\n"
                    + by_address + "};\n",
    }


def main():
    check = sys.argv[1] == "--check"
    files = generated(sys.argv[2 if check else 1])
    FOLDER.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for name, text in files.items():
        path = FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        if check:
            print(f"{path} is not what the program says; run tools/web_abi.py build/release/thaw")
            wrong = 1
        else:
            path.write_text(text)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
