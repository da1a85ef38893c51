#!/usr/bin/env python3
"""Makes the built web app part of the program: writes a C++ file that holds every file of a folder,
plain and zipped, with type and digest. Run by the build.

    tools/embed_site.py web/dist out.cpp
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

EMPTY = """// Written by tools/embed_site.py: there was no web/dist.
#include "thaw/main/web_app.hpp"

namespace thaw::cli {
rpc::Site web_app() { return {}; }
}  // namespace thaw::cli
"""

WHOLE = """// Written by tools/embed_site.py.
#include <array>

#include "thaw/main/web_app.hpp"

asm(".pushsection .rodata\\n"
    ".globl thaw_site_bytes\\n"
    "thaw_site_bytes:\\n"
    ".incbin \\"{blob}\\"\\n"
    ".popsection\\n");
extern "C" const char thaw_site_bytes[];

namespace thaw::cli {{

rpc::Site web_app() {{
    const auto at = [](size_t offset, size_t size) {{
        return std::string_view{{thaw_site_bytes + offset, size}};
    }};
    static const std::array<rpc::SiteFile, {count}> files{{{{
{rows}
    }}}};
    return files;
}}

}}  // namespace thaw::cli
"""


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        out.write_text(EMPTY)
        return
    blob, rows = bytearray(), []
    for path in files:
        plain = path.read_bytes()
        zipped = gzip.compress(plain, 9, mtime=0)
        if len(zipped) >= len(plain) * 9 // 10:
            zipped = b""
        digest = hashlib.sha256(plain).hexdigest()[:16]
        rows.append(f'        rpc::SiteFile{{.path = "/{path.relative_to(folder)}",\n'
                    f'                      .content_type = "{TYPES[path.suffix]}",\n'
                    f'                      .digest = "{digest}",\n'
                    f'                      .plain = at({len(blob)}, {len(plain)}),\n'
                    f'                      .zipped = '
                    f'at({len(blob) + len(plain)}, {len(zipped)})}},')
        blob += plain + zipped
    stored = out.with_suffix(".bin")
    stored.write_bytes(blob)
    out.write_text(WHOLE.format(blob=stored.resolve(), count=len(files), rows="\n".join(rows)))


if __name__ == "__main__":
    main()
