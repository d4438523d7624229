"""Small line charts as inline SVG; every number in them comes from the figures."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 320, 220, 34
Point = tuple[float, float]


def chart(
    lines: Sequence[tuple[str, Sequence[Point]]],
    x_name: str,
    y_name: str,
    *,
    diagonal: bool = False,
    mark: Point | None = None,
) -> str:
    """Lines with values from 0 to 1 on both axes; each has a CSS class; `mark` is drawn as a ring."""
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{y_name} over {x_name}">']
    for step in range(5):
        share = step / 4
        x, y = _place((share, share))
        parts.append(f'<path class="grid" d="M{EDGE} {y}H{WIDTH - 8}M{x} {HEIGHT - EDGE}V8"/>')
        parts.append(f'<text x="{EDGE - 5}" y="{y + 3}" text-anchor="end">{share:g}</text>')
        parts.append(f'<text x="{x}" y="{HEIGHT - EDGE + 13}" text-anchor="middle">{share:g}</text>')
    if diagonal:
        (x0, y0), (x1, y1) = _place((0, 0)), _place((1, 1))
        parts.append(f'<path class="diagonal" d="M{x0} {y0}L{x1} {y1}"/>')
    for name, points in lines:
        if points:
            path = "L".join(f"{x} {y}" for x, y in map(_place, points))
            parts.append(f'<path class="line {name}" d="M{path}"/>')
    if mark is not None:
        x, y = _place(mark)
        parts.append(f'<circle class="mark" cx="{x}" cy="{y}" r="5"/>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">{x_name}</text>')
    parts.append(
        f'<text x="10" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 10 {HEIGHT / 2})">{y_name}</text>'
    )
    return "".join([*parts, "</svg>"])


def _place(point: Point) -> Point:
    x, y = (min(1.0, max(0.0, value)) for value in point)
    return round(EDGE + x * (WIDTH - EDGE - 8), 1), round(HEIGHT - EDGE - y * (HEIGHT - EDGE - 8), 1)
