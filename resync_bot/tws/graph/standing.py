"""How a job or stream stands, to be compared with how it stood before."""

from typing import NamedTuple


class Standing(NamedTuple):
    """What is compared: numbers as a graph has them. Times in seconds since 1970, 0 for none."""

    status: int
    internal_status: int
    started: int
    ended: int
