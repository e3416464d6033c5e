"""The words of a conversation, free of any messaging platform.

Everything is a frozen value. What comes in is an `Incoming`, what goes out is an `Answer` made of blocks; both are
closed unions, so that a `match` over them is checked to be complete. They have one JSON form
(`incoming_json`, `answer_json`), which is what Redis and the web page hold; orjson writes it (in a tenth of the time
that pydantic takes), pydantic reads and checks it.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

import orjson
from pydantic import Field, TypeAdapter

# --- who and where ---


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks. `id` is unique within `platform` (Slack user id, Teams aadObjectId, a web visitor's id)."""

    platform: str
    id: str
    name: str = ""
    email: str | None = None
    zone: str | None = None  # IANA name of the person's own time zone, if the platform tells it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation takes place; one Place is one lane.

    `tenant` is the Slack workspace or Teams tenant, `thread` is empty where the platform has none.
    """

    platform: str
    tenant: str
    channel: str
    thread: str = ""

    def encode(self) -> str:
        """One string without blanks, the same for the same place; `Place.decode` is its inverse."""
        return "/".join(map(quoted, (self.platform, self.tenant, self.channel, self.thread)))

    @classmethod
    def decode(cls, text: str) -> "Place":
        """Raises ValueError if `text` did not come from `encode`."""
        platform, tenant, channel, thread = (unquote(part) for part in text.split("/"))
        return cls(platform, tenant, channel, thread)


_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")  # what quoting leaves as it is


def quoted(part: str) -> str:
    """`part` without blanks and slashes. Most of them are such already; asking costs a tenth of quoting them."""
    return part if _UNRESERVED.fullmatch(part) else quote(part, safe="")


# --- what comes in ---


@dataclass(frozen=True, slots=True)
class Question:
    """A text that somebody wrote to the bot.

    `delivery_id` names this delivery (Slack `event_id`, Teams `activity.id`), `message_id` the message itself
    (Slack `channel:ts`): one message can be delivered under several delivery ids.
    """

    delivery_id: str
    message_id: str
    person: Person
    place: Place
    text: str
    at: datetime
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of one of the bot's own buttons. `value`, an id or a question, is what came back: never trusted."""

    delivery_id: str
    message_id: str
    person: Person
    place: Place
    action: str
    value: str
    at: datetime
    kind: Literal["button_press"] = "button_press"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The bot was installed in, or removed from, a place."""

    delivery_id: str
    message_id: str
    person: Person
    place: Place
    event: Literal["installed", "removed"]
    at: datetime
    kind: Literal["lifecycle"] = "lifecycle"


Incoming = Question | ButtonPress | Lifecycle

_incoming: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="kind")])


def incoming_json(incoming: Incoming) -> bytes:
    """The stored form of an Incoming. Raises ValueError if one of its texts holds half a character."""
    try:
        return orjson.dumps(incoming)
    except orjson.JSONEncodeError as error:  # a TypeError
        raise ValueError("not a text") from error


def incoming_from_json(data: bytes | str) -> Incoming:
    """Raises pydantic.ValidationError if `data` is not the stored form of an Incoming."""
    return _incoming.validate_json(data)


# --- how it ends ---


class State(StrEnum):
    """How a handled Incoming ended. Exactly one each: one log line, one metric."""

    ANSWERED = "ANSWERED"
    DUPLICATE = "DUPLICATE"  # delivered before
    RATE_LIMITED = "RATE_LIMITED"  # too many from this person or in this place; told when to come again
    IGNORED_SELF = "IGNORED_SELF"  # the bot's own message or another bot's
    REFUSED = "REFUSED"  # not allowed here, or not a message that can be answered (empty, too long)
    NOTED = "NOTED"  # a lifecycle event: recorded, nothing to answer
    FAILED = "FAILED"  # the person was told so, with a correlation id
    UNDELIVERABLE = "UNDELIVERABLE"  # there is an answer, and the platform will never take it


# --- what goes out ---


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown (CommonMark without HTML). Job names stand in backticks, so that no platform takes them for markup."""

    markdown: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Fields:
    """Label and value pairs, each value a short Markdown text."""

    pairs: tuple[tuple[str, str], ...]
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` hold plain texts, each as long as `columns`; `more` counts the rows that are not shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be shown to the letter, such as lines of a job log."""

    text: str
    language: str = ""
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by https URL, with the text that replaces it for those who do not see it."""

    url: str
    alt: str
    kind: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` says what a press means ("ask": `value` is the next question)."""

    label: str
    action: str
    value: str
    style: Literal["default", "primary", "danger"] = "default"


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Context:
    """A small-print line of Markdown: interval, zone, source."""

    markdown: str
    kind: Literal["context"] = "context"


@dataclass(frozen=True, slots=True)
class Divider:
    """A rule between parts."""

    kind: Literal["divider"] = "divider"


# Ids as the platforms document them, checked 2026-11-23: people, groups and the whole channel in Slack; in Teams the
# directory's id or the bot's own `29:...`. A name behind a bar is for people to read.
_CALLED = re.compile(
    r"(?:here|channel|everyone|[UWS][A-Z0-9]{2,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|29:[\w-]{8,200})"
    r"(?:\|[\w .,'()-]{1,80})?",
    re.IGNORECASE,
)


def is_called_well(text: str) -> bool:
    """Whether `Mentions` takes `text`."""
    return _CALLED.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is called by the message: ids in a platform's own spelling, each alone or as `id|name`.

    Each platform calls those whose ids are its own, when the message is posted; an edit calls nobody. Raises
    ValueError if one of them is no such id.
    """

    people: tuple[str, ...]
    kind: Literal["mentions"] = "mentions"

    def __post_init__(self) -> None:
        """Nothing that is no id may reach a platform as one."""
        for one in self.people:
            if not is_called_well(one):
                raise ValueError(f"{one!r} is nobody who can be called: U0123ABCD, S0123ABCD, here or a directory id")

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Ids with the names to show, empty where none was given."""
        parts = (one.partition("|") for one in self.people)
        return tuple((whom, name.strip()) for whom, _, name in parts)


Block = Text | Fields | Table | Code | Image | Buttons | Context | Divider | Mentions


@dataclass(frozen=True, slots=True)
class Evidence:
    """One tool's result that an answer rests on. `arguments` and `result` are plain JSON."""

    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says. `text` is the whole answer as Markdown, for notifications, screen readers and terminals.

    `times` are texts in it that are moments, as the engine's clock shows them: a platform that can, shows each reader
    the own zone in their place.
    """

    text: str
    blocks: tuple[Annotated[Block, Field(discriminator="kind")], ...]
    evidence: tuple[Evidence, ...] = ()
    model: str = ""
    state: State = State.ANSWERED  # FAILED where the text only says that there is no answer
    times: tuple[tuple[str, datetime], ...] = ()

    @classmethod
    def plain(cls, markdown: str) -> "Answer":
        """An answer of one Text block."""
        return cls(text=markdown, blocks=(Text(markdown),))

    @property
    def calling_nobody(self) -> "Answer":
        """The same as an edit says it: who was called by the post is not called again."""
        blocks = tuple(block for block in self.blocks if not isinstance(block, Mentions))
        return self if len(blocks) == len(self.blocks) else replace(self, blocks=blocks)


_answer: TypeAdapter[Answer] = TypeAdapter(Answer)


def answer_json(answer: Answer) -> bytes:
    """The stored form of an Answer, also what the web API returns."""
    return orjson.dumps(answer)


def answer_from_json(data: bytes | str) -> Answer:
    """Raises pydantic.ValidationError if `data` is not the stored form of an Answer."""
    return _answer.validate_json(data)


# --- what was said ---


@dataclass(frozen=True, slots=True)
class Exchange:
    """One finished turn of a place: what people asked (in order, with who), and what the bot answered."""

    turn_id: str
    questions: tuple[tuple[Person, str], ...]
    answer: Answer
    at: datetime
