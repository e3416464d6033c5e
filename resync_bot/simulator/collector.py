"""Keeps Python's garbage collector from looking at a large plan again and again: nothing in a plan is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """While a plan is built: half a million jobs would otherwise be walked through dozens of times."""
    was_enabled, is_spared = gc.isenabled(), gc.get_freeze_count() > 0
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # what was made counts as old at once: nothing of it is walked through now
            gc.freeze()
            if not is_spared:
                gc.unfreeze()
            gc.enable()


@contextmanager
def collector_spared() -> Iterator[None]:
    """While a plan is served: what exists by then is left out of every collection, which would take seconds."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
