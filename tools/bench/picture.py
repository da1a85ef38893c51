"""Curves on two logarithmic axes, as an SVG small enough to read."""
import math
import pathlib

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 70, 90, 24, 44
COLOURS = ("#0b6e99", "#b4540a", "#4a7c2c", "#7a3e9d", "#9a1f40")


def scale(values, low, high):
    """From a value to a place between two, by its logarithm; powers of ten mark the ends."""
    first = math.floor(math.log10(min(values)))
    last = max(first + 1, math.ceil(math.log10(max(values))))
    powers = [10**power for power in range(first, last + 1)]
    return powers, lambda value: low + (high - low) * (math.log10(value) - first) / (last - first)


def curves(path, lines):
    """`lines` is {name: {accounts: nanoseconds}}."""
    xs = [x for line in lines.values() for x in line]
    ys = [y for line in lines.values() for y in line.values()]
    x_marks, place_x = scale(xs, LEFT, WIDTH - RIGHT)
    y_marks, place_y = scale(ys, HEIGHT - BOTTOM, TOP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for mark in y_marks:
        y = place_y(mark)
        label = f"{mark:,} ns" if mark < 1_000 else f"{mark // 1_000:,} µs"
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for mark in x_marks:
        out.append(f'<text x="{place_x(mark):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                   f'text-anchor="middle">{mark:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" '
               'text-anchor="middle">accounts</text>')
    for (name, line), colour in zip(lines.items(), COLOURS):
        points = [(place_x(x), place_y(y)) for x, y in sorted(line.items())]
        path_text = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        out.append(f'<path d="M{path_text}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = points[-1]
        out.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    pathlib.Path(path).write_text("\n".join([*out, "</svg>", ""]))
