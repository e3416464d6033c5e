"""Results that are too large are cut and stay what they are."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.cutting import CUT_NOTE, fitted

JSON_OBJECTS = st.dictionaries(
    st.text(min_size=1, max_size=6),
    st.recursive(
        st.integers(-1000, 1000) | st.text(max_size=200) | st.none(),
        lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=40,
    ),
    max_size=5,
)


def size(value: object) -> int:
    return len(orjson.dumps(value))


def test_what_fits_stays_as_it_is() -> None:
    result = {"total": 3, "jobs": [{"name": "A"}]}
    assert fitted(result, 1000) is result


def test_of_a_list_the_first_stay_and_the_total_is_kept() -> None:
    result = {"total": 900, "jobs": [{"name": f"JOB_{number:03}"} for number in range(200)]}
    cut = fitted(result, 1000)
    assert size(cut) <= 1000
    assert cut["total"] == 900
    assert cut["jobs"] == result["jobs"][: len(cut["jobs"])]  # type: ignore[index]  # a list it is
    assert cut["cut"] == CUT_NOTE


def test_of_a_log_the_last_lines_stay_with_their_numbers() -> None:
    lines = [f"line {number}" for number in range(101, 301)]
    cut = fitted({"log": {"lines": lines, "first_line": 101, "total_lines": 300}}, 1000)
    kept = cut["log"]["lines"]
    assert 0 < len(kept) < 200
    assert kept == lines[-len(kept) :]
    assert cut["log"]["first_line"] == 301 - len(kept)


def test_a_long_text_is_shortened() -> None:
    cut = fitted({"text": "x" * 10_000}, 1000)
    assert size(cut) <= 1000
    assert cut["text"].endswith("…")


@given(JSON_OBJECTS, st.integers(200, 3000))
def test_cutting_never_grows_nor_changes_the_original(result: dict[str, Any], most: int) -> None:
    before = orjson.dumps(result)
    cut = fitted(result, most)
    assert orjson.dumps(result) == before
    assert size(cut) <= max(most, len(before) + size({"cut": CUT_NOTE}))
    assert set(cut) - {"cut"} == set(result) - {"cut"}
