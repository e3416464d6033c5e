"""What a client sends to `POST /api/chat`."""

from collections.abc import AsyncIterator
from typing import Annotated, Self
from zoneinfo import available_timezones

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from adapters.web.guard import Reason, TurnedAwayError

LARGEST_BODY = 512 * 1024  # bytes: 40 000 characters, escaped at their longest, are still refused in words
ID_PATTERN = r"^[A-Za-z0-9_-]{8,64}$"

Id = Annotated[str, Field(pattern=ID_PATTERN)]


class ButtonBody(BaseModel):
    """A press of a button that an answer showed."""

    model_config = ConfigDict(frozen=True, strict=True)

    action: str = Field(min_length=1, max_length=64)
    value: str = Field(max_length=4000)


class ChatBody(BaseModel):
    """A message or a press. `id` names it, so that sending it again after a lost connection asks nothing twice."""

    model_config = ConfigDict(frozen=True, strict=True)

    message: str | None = None
    button: ButtonBody | None = None
    conversation: Id | None = None
    id: Id | None = None
    zone: str | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        """A browser may know a zone that this machine does not: then the engine's own is shown."""
        return zone if zone in available_timezones() else None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.message is None) == (self.button is None):
            raise ValueError('send either "message", a text, or "button", an action and a value')
        if self.button is not None and self.conversation is None:
            raise ValueError('a "button" needs the "conversation" that showed it')
        return self


async def chat_body(request: web.Request) -> ChatBody:
    """The body of `request`. Raises TurnedAwayError 413, 415 or 400, saying what is wrong."""
    if request.content_type != "application/json":
        raise TurnedAwayError(415, Reason.MEDIA_TYPE, "Send JSON, with Content-Type: application/json.")
    content = b"".join([chunk async for chunk in _at_most(request, LARGEST_BODY)])
    try:
        return ChatBody.model_validate(orjson.loads(content))
    except orjson.JSONDecodeError:
        raise TurnedAwayError(400, Reason.MALFORMED, "The body is not JSON.") from None
    except ValidationError as error:
        raise TurnedAwayError(400, Reason.MALFORMED, _sentence(error)) from None


async def _at_most(request: web.Request, limit: int) -> AsyncIterator[bytes]:
    """The chunks of the body, so that a large one is refused before it is all in memory."""
    size = request.content_length or 0
    if size <= limit:
        size = 0
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size > limit:
                break
            yield chunk
    if size > limit:
        raise TurnedAwayError(413, Reason.TOO_LARGE, "That is too long for a question.")


def _sentence(error: ValidationError) -> str:
    mistake = error.errors(include_url=False, include_context=False, include_input=False)[0]
    text = mistake["msg"].removeprefix("Value error, ")
    name = ".".join(str(part) for part in mistake["loc"])
    sentence = f'"{name}": {text[:1].lower()}{text[1:]}' if name else f"{text[:1].upper()}{text[1:]}"
    return sentence.rstrip(".") + "."
