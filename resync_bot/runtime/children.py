"""Child processes that never outlive the bot."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # Linux, prctl(2): the kernel sends the signal when the parent ends, however it ends


def die_with_parent() -> None:
    """For `preexec_fn`: SIGTERM when the parent is gone. Linux only; elsewhere an orderly end of the parent does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
