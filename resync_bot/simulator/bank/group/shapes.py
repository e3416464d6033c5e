"""Shapes of job streams: who follows whom among `size` jobs, as the numbers of each job's predecessors.

A job only ever follows jobs before it, so that no shape has a circle.
"""

from collections.abc import Callable
from typing import TypeAlias

from resync_bot.simulator.draws import Lots

Shape: TypeAlias = list[tuple[int, ...]]

SMALLEST, LARGEST = 5, 60


def chain(size: int, _: Lots) -> Shape:
    """One after the other."""
    return [(number - 1,) if number else () for number in range(size)]


def lanes(size: int, lots: Lots) -> Shape:
    """Several chains of one length side by side, then those that close."""
    wide = lots.integer(2, max(2, min(6, size // 3)))
    deep = max(1, (size - 1) // wide)
    shape: Shape = [(number - 1,) if number % deep else () for number in range(wide * deep)]
    ends = tuple(range(deep - 1, wide * deep, deep))
    return _closed(shape, ends, size)


def fan(size: int, _: Lots) -> Shape:
    """One that splits, many that work at the same time, one that merges, one that publishes."""
    shape: Shape = [(), *[(0,)] * (size - 3)]
    return _closed(shape, tuple(range(1, size - 2)), size)


def layers(size: int, lots: Lots) -> Shape:
    """Each layer follows some of the layer before, in no order that anybody would remember."""
    shape: Shape = []
    before: list[int] = []
    while len(shape) < size:
        wide = min(lots.integer(2, 7), size - len(shape))
        layer = list(range(len(shape), len(shape) + wide))
        for _ in layer:
            drawn = {lots.choice(before) for _ in range(lots.integer(1, 3))} if before else set()
            shape.append(tuple(sorted(drawn)))
        before = layer
    return shape


def ladder(size: int, lots: Lots) -> Shape:
    """Two chains that wait for each other at some rungs."""
    shape: Shape = []
    for number in range(size):
        own = (number - 2,) if number >= 2 else ()
        rung = number % 2 == 1 and number >= 3 and lots.happens(0.35)
        shape.append((*own, number - 1) if rung else own)
    return shape


def bag(size: int, lots: Lots) -> Shape:
    """Many that have hardly anything to do with each other."""
    return [(lots.integer(0, number - 1),) if number and lots.happens(0.25) else () for number in range(size)]


def funnel(size: int, _: Lots) -> Shape:
    """Many beginnings, merged in pairs until one end is left."""
    shape: Shape = [()] * ((size + 1) // 2)
    waiting = list(range(len(shape)))
    while len(waiting) > 1 and len(shape) < size:
        shape.append((waiting.pop(0), waiting.pop(0)))
        waiting.append(len(shape) - 1)
    return _closed(shape, tuple(waiting), size)


SHAPES: tuple[Callable[[int, Lots], Shape], ...] = (lanes, layers, chain, fan, lanes, ladder, funnel, layers, bag)


def _closed(shape: Shape, ends: tuple[int, ...], size: int) -> Shape:
    """Those that are left up to `size` follow all ends, then each other."""
    while len(shape) < size:
        shape.append(ends)
        ends = (len(shape) - 1,)
    return shape


def depths(shape: Shape) -> list[int]:
    """How many jobs come before each in the longest chain to it."""
    depth: list[int] = []
    for before in shape:
        depth.append(1 + max((depth[one] for one in before), default=-1))
    return depth
