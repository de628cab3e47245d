"""The colours of static/components/tokens.css: contrast (WCAG 2.2) and the distance of the field colours.

The distance (CIEDE2000) is asked for as seen normally and with deuteranopia, protanopia and tritanopia,
simulated by the matrices of Machado, Oliveira and Fernandes (2009).
"""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.without_database

CSS = (Path(__file__).resolve().parents[2] / "static" / "components" / "tokens.css").read_text(
    encoding="utf-8"
)
FIELDS = ("leisure", "participation", "work", "health", "language", "housing", "education", "society")
LEAST_DISTANCE = 10.0

Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--vs-([a-z0-9-]+): (#[0-9A-Fa-f]{6});", block))


LIGHT = tokens(CSS.split("@media")[0])
DARK = {**LIGHT, **tokens(CSS.split(':root[data-kern-theme="dark"]')[1])}
DARK_BY_SYSTEM = {**LIGHT, **tokens(CSS.split("@media")[1].split(':root[data-kern-theme="dark"]')[0])}
SCHEMES = {"light": LIGHT, "dark": DARK}

TEXT = [
    "ink/page",
    "ink/surface",
    "ink/sunken",
    "ink/sun-100",
    "muted/page",
    "muted/surface",
    "muted/sunken",
    "brand-700/page",
    "brand-700/surface",
    "brand-700/brand-50",
    "brand-700/brand-100",
    "on-brand/brand-700",
    "on-band/band",
    "sun-ink/sun-100",
    "ok/ok-100",
    "warn/warn-100",
    "stop/stop-100",
    "ok/surface",
    "warn/surface",
    "stop/surface",
    "stop/page",
    "on-heat-low/heat-0",
    "on-heat-low/heat-1",
    "on-heat-low/heat-2",
    "on-heat-3/heat-3",
    "on-heat-high/heat-4",
    "ink/brand-100",
    "ink/ok-100",
    "ink/warn-100",
    "ink/stop-100",
]
SHAPES = ["line-strong/page", "line-strong/surface", "focus/page", "focus/surface", "sun/band"]
ON_FIELDS = [
    pair
    for name in FIELDS
    for pair in (
        f"field-{name}/surface",
        f"field-{name}/page",
        f"field-{name}/field-{name}-tint",
        f"ink/field-{name}-tint",
    )
]

SIGHT: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(code: str) -> Colour:
    """Linear light of a #rrggbb colour."""

    def channel(start: int) -> float:
        value = int(code[start : start + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return channel(1), channel(3), channel(5)


def times(matrix: Matrix, colour: Colour) -> Colour:
    red, green, blue = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours."""

    def luminance(code: str) -> float:
        red, green, blue = linear(code)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Colour) -> Colour:
    """CIELAB (D65) of linear light."""
    to_xyz: Matrix = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)

    def bend(value: float) -> float:
        return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116

    x, y, z = (bend(value / unit) for value, unit in zip(times(to_xyz, colour), white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: Colour, other: Colour) -> float:
    """Distance of two CIELAB colours (Sharma, Wu and Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for b, a in ((b1, a1), (b2, a2)))
    dl, dc = l2 - l1, c2 - c1
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    mean_l, mean_c, total = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    if c1 * c2 == 0:
        mean_h = total
    elif abs(h1 - h2) <= 180:
        mean_h = total / 2
    else:
        mean_h = (total + 360) / 2 if total < 360 else (total - 360) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(mean_h - 30))
        + 0.24 * math.cos(math.radians(2 * mean_h))
        + 0.32 * math.cos(math.radians(3 * mean_h + 6))
        - 0.20 * math.cos(math.radians(4 * mean_h - 63))
    )
    rotation = -math.sin(math.radians(60 * math.exp(-(((mean_h - 275) / 25) ** 2))))
    rotation *= 2 * math.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * dc / sc * dh / sh)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_agrees_with_the_published_examples(one: Colour, other: Colour, distance: float) -> None:
    assert ciede2000(one, other) == pytest.approx(distance, abs=1e-4)


def test_both_ways_to_the_dark_scheme_have_the_same_colours() -> None:
    assert DARK_BY_SYSTEM == DARK
    assert DARK["page"] != LIGHT["page"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", TEXT + ON_FIELDS)
def test_text_can_be_read(scheme: str, pair: str) -> None:
    front, back = (SCHEMES[scheme][name] for name in pair.split("/"))
    assert contrast(front, back) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", SHAPES)
def test_shapes_can_be_seen(scheme: str, pair: str) -> None:
    front, back = (SCHEMES[scheme][name] for name in pair.split("/"))
    assert contrast(front, back) >= 3.0


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_fields_differ_for_every_kind_of_sight(scheme: str, sight: str) -> None:
    def seen(name: str) -> Colour:
        colour = times(SIGHT[sight], linear(SCHEMES[scheme][f"field-{name}"]))
        red, green, blue = (min(1.0, max(0.0, channel)) for channel in colour)
        return lab((red, green, blue))

    distances = {
        (one, other): ciede2000(seen(one), seen(other)) for one, other in itertools.combinations(FIELDS, 2)
    }
    assert {pair: round(d, 1) for pair, d in distances.items() if d < LEAST_DISTANCE} == {}
