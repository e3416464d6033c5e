"""A case of the suite: what is said in which plan, and what the answer to the last of it must and must not say."""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

CASES = Path(__file__).parent / "cases"


class Level(StrEnum):
    """How hard it is."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Tongue(StrEnum):
    """What it is said in."""

    EN = "en"
    PT = "pt"
    CONMAN = "conman"


class Kind(StrEnum):
    """What a right answer does."""

    ANSWER = "answer"
    ASK = "ask"  # asks back: which one, did you mean
    REFUSE = "refuse"  # says that it changes nothing
    DECLINE = "decline"  # says that it does not know, or that this is no question for it


class Case(BaseModel):
    """One file `case.toml`. Texts may hold truths of the plan: `{count:status=ERROR}`, see `truths`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    level: Level
    language: Tongue
    kind: Kind = Kind.ANSWER
    plan: str = "night"
    say: tuple[str, ...] = Field(min_length=1)
    tools: tuple[str, ...] = ()  # one of them must have been called for the last text
    contains: tuple[str, ...] = ()  # all of them
    contains_one_of: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@cache
def all_cases() -> tuple[Case, ...]:
    """All cases, by name. Raises pydantic.ValidationError for a file that is none."""
    return tuple(
        Case.model_validate({"name": path.parent.name, **tomllib.loads(path.read_text(encoding="utf-8"))})
        for path in sorted(CASES.glob("*/case.toml"))
    )
