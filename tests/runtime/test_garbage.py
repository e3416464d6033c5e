"""What the garbage collector is spared after a start."""

import gc
from collections.abc import Iterator

import pytest

from resync_bot.runtime.garbage import settle_heap


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_lives_at_the_end_of_the_start_is_not_looked_at_again() -> None:
    living = [[number] for number in range(1000)]
    settle_heap()
    assert gc.get_freeze_count() > 1000
    assert not any(one is living for one in gc.get_objects())


def test_a_collection_of_the_youngest_stays_short() -> None:
    settle_heap()
    assert 700 <= gc.get_threshold()[0] <= 5000
    assert gc.isenabled()
