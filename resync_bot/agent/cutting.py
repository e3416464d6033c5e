"""Makes a tool's result small enough for a model's context, still as valid JSON of the same kind. Pure."""

from operator import itemgetter
from typing import Any

import orjson

CUT_NOTE = (
    "Only a part of this result is here. To see what matters, narrow the question: a name, a stream, a status, "
    "a smaller limit, fewer lines."
)


def fitted(result: dict[str, Any], most: int) -> dict[str, Any]:
    """`result` as it is if its JSON has at most `most` bytes, else with its longest parts cut and a note that says so.

    Of a list the first items stay, of a log's lines the last. `result` itself is not changed.
    """
    if _size(result) <= most:
        return result
    cut: dict[str, Any] = orjson.loads(orjson.dumps(result))
    room = most - _size({"cut": CUT_NOTE})
    while _size(cut) > room and _shorten(cut):
        pass
    return {**cut, "cut": CUT_NOTE}


def _size(value: object) -> int:
    return len(orjson.dumps(value))


def _shorten(value: dict[str, Any]) -> bool:
    """Halves what takes the most room; false if nothing is left that could be halved."""
    largest, size = _largest(value)
    if largest is None or size == 0:
        return False
    holder, key = largest
    part = holder[key]
    if isinstance(part, list):
        keep = len(part) // 2
        if key == "lines":
            holder[key] = part[len(part) - keep :]
            if isinstance(holder.get("first_line"), int):
                holder["first_line"] += len(part) - keep
        else:
            holder[key] = part[:keep]
    else:
        holder[key] = part[: len(part) // 2] + "…" if len(part) > 8 else ""
    return True


def _largest(value: Any) -> tuple[tuple[Any, Any] | None, int]:
    """The list or text whose halving saves most, as its holder and its key there."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    best: tuple[tuple[Any, Any] | None, int] = (None, 0)
    for key, member in members:
        can_be_halved = (isinstance(member, list) and len(member) > 1) or (isinstance(member, str) and len(member) > 40)
        if not can_be_halved and not isinstance(member, dict | list):
            continue
        saved = _size(member) // 2  # more than by halving any part of it
        if saved > best[1]:
            best = ((value, key), saved) if can_be_halved else max(best, _largest(member), key=itemgetter(1))
    return best
