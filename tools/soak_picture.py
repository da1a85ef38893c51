#!/usr/bin/env python3
"""Draws what a soak wrote (tests/e2e/soak.mjs): what was done, latencies, memory, file handles.

    tools/soak_picture.py SAMPLES.json PICTURE.svg
"""
import json
import pathlib
import sys

WIDTH, PANEL, GAP, LEFT, TOP = 860, 130, 46, 74, 40


def nice_top(value):
    """The next of 1, 2, 5, 10, 20 … that is not below it."""
    step = 1
    while True:
        for part in (1, 2, 5):
            if part * step >= value:
                return part * step
        step *= 10


def panel(index, title, series, samples, cuts):
    """One panel: lines of (name, colour, values), the kills as dashes. A kill breaks the lines."""
    seconds = max(samples[-1]["seconds"], 1)
    top = TOP + index * (PANEL + GAP)
    values = [v for _, _, line in series for v in line if v is not None]
    highest = nice_top(max(values, default=1) or 1)
    inner = WIDTH - LEFT - 20

    def x(second):
        return LEFT + inner * second / seconds

    def y(value):
        return top + PANEL - PANEL * value / highest

    out = [f'<text x="{LEFT}" y="{top - 8}" class="title">{title}</text>',
           f'<rect x="{LEFT}" y="{top}" width="{inner}" height="{PANEL}" class="frame"/>']
    for part in (0, 0.5, 1):
        out.append(f'<text x="{LEFT - 8}" y="{y(highest * part) + 4:.1f}" class="axis" '
                   f'text-anchor="end">{highest * part:g}</text>')
    for cut in cuts:
        out.append(f'<line x1="{x(cut):.1f}" x2="{x(cut):.1f}" y1="{top}" y2="{top + PANEL}" '
                   'class="cut"/>')
    for place, (name, colour, line) in enumerate(series):
        for life in range(len(cuts) + 1):
            points = " ".join(f"{x(s['seconds']):.1f},{y(value):.1f}"
                              for s, value in zip(samples, line)
                              if s["life"] == life and value is not None)
            out.append(f'<polyline points="{points}" stroke="{colour}" class="line"/>')
        out.append(f'<text x="{LEFT + inner - 110 * (len(series) - place) + 30}" y="{top - 8}" '
                   f'class="axis" style="fill:{colour}">{name}</text>')
    return out


def draw(run):
    samples = run["samples"]
    cuts = [cut["seconds"] for cut in run["cuts"]]

    def of(name, factor=1.0):
        return [None if s[name] is None else s[name] * factor for s in samples]

    panels = [
        ("transactions a second", [("done", "#1f6f8b", of("perSecond")),
                                   ("half of peak", "#b0b0b0", [run["target"]] * len(samples))]),
        ("a batch of 20 transactions, ms", [("p50", "#1f6f8b", of("p50")),
                                            ("p99", "#c8553d", of("p99"))]),
        ("memory, MiB", [("resident", "#1f6f8b", of("memoryKb", 1 / 1024))]),
        ("file handles", [("open", "#1f6f8b", of("handles"))]),
    ]
    height = TOP + len(panels) * (PANEL + GAP) + 10
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
           'font-family="sans-serif">',
           "<style>.title{font-size:13px;fill:#222}.axis{font-size:11px;fill:#555}"
           ".frame{fill:none;stroke:#ccc}.line{fill:none;stroke-width:1.4}"
           ".cut{stroke:#c8553d;stroke-dasharray:3 3}</style>",
           f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>']
    for index, (title, series) in enumerate(panels):
        out += panel(index, title, series, samples, cuts)
    out.append(f'<text x="{LEFT}" y="{height - 22}" class="axis">'
               f'{samples[-1]["seconds"] / 60:.0f} minutes; dashed: kill -9</text></svg>')
    return "\n".join(out) + "\n"


def main():
    samples, picture = (pathlib.Path(argument) for argument in sys.argv[1:3])
    picture.write_text(draw(json.loads(samples.read_text())))


if __name__ == "__main__":
    main()
