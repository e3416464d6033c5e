"""What can go wrong with one call of the Web API."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`status` and `error` replace the answer; with `performed` the call is carried out before it goes wrong.

    `cut` closes the connection without an answer; `hang` never answers, until the stand-in is closed.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    performed: bool = False
    cut: bool = False
    hang: bool = False
