"""The app's icons, drawn: two arrows that chase each other around a job's dot, in the two forms that Teams asks for.

Sizes as of 2026-11-23: 192 by 192 pixels in full colour, 32 by 32 white on transparent.
"""

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache

COLOR_SIZE = 192
OUTLINE_SIZE = 32
ACCENT = (0x24, 0x3B, 0x6B)
WHITE = (255, 255, 255)

_SAMPLES = 3  # a pixel's cover is looked at in so many rows and columns
_GAP = math.radians(26)  # between the head of one arrow and the tail of the other

Shape = Callable[[float, float], bool]


@cache
def color_icon() -> bytes:
    """The icon on the accent colour, as PNG."""
    return _png(COLOR_SIZE, lambda x, y: (*_mixed(_cover(_arrows(0.30, 0.085), x, y, COLOR_SIZE)), 255))


@cache
def outline_icon() -> bytes:
    """The icon in white on nothing, as PNG."""
    return _png(OUTLINE_SIZE, lambda x, y: (*WHITE, round(255 * _cover(_arrows(0.40, 0.085), x, y, OUTLINE_SIZE))))


def _arrows(radius: float, width: float) -> Shape:
    """Two half rings with heads, and a dot between them; lengths are shares of the icon's side."""

    def inside(x: float, y: float) -> bool:
        distance, angle = math.hypot(x, y), math.atan2(y, x) % math.pi
        if distance < radius * 0.27:
            return True
        if _GAP < angle < math.pi - _GAP * 0.35:
            return abs(distance - radius) < width / 2
        along = angle / _GAP  # the head: widest where the ring begins, a point at the end of the gap
        return along <= 1 and abs(distance - radius) < width * 1.25 * along

    return inside


def _cover(shape: Shape, x: int, y: int, size: int) -> float:
    hits = 0
    for row in range(_SAMPLES):
        for column in range(_SAMPLES):
            across = (x + (column + 0.5) / _SAMPLES) / size - 0.5
            down = (y + (row + 0.5) / _SAMPLES) / size - 0.5
            hits += shape(across, down)
    return hits / _SAMPLES**2


def _mixed(cover: float) -> tuple[int, int, int]:
    red, green, blue = (round(back + (front - back) * cover) for back, front in zip(ACCENT, WHITE, strict=True))
    return red, green, blue


def _png(size: int, pixel: Callable[[int, int], tuple[int, int, int, int]]) -> bytes:
    rows = b"".join(b"\0" + bytes(part for x in range(size) for part in pixel(x, y)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
