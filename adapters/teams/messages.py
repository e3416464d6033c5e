"""Activities to be sent: an answer as a message, a piece of a stream, a sign of life."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from adapters.teams.cards import Drawing, attachment, draw
from adapters.teams.connector import utf16_size
from adapters.teams.limits import INFORMATIVE_BYTES, PAGE_LINES, PAYLOAD_AIM, SUGGESTED_ACTIONS, SUGGESTION, SUMMARY
from adapters.teams.pages import Layout, lay_out
from adapters.teams.references import Reference
from adapters.teams.rich_text import message_text, runs
from resync_bot.conversation.model import Answer, Button, State

Json = dict[str, Any]
StreamType = Literal["informative", "streaming", "final"]

ASK = "ask"
_AI_LABEL: Json = {
    "type": "https://schema.org/Message",
    "@type": "Message",
    "@context": "https://schema.org",
    "@id": "",
    "additionalType": ["AIGeneratedContent"],
}


@dataclass(frozen=True, slots=True)
class Pages:
    """An answer laid out so that each page fits Teams' limit."""

    layout: Layout
    answer: Answer

    def message(self, drawing: Drawing, reference: Reference, *, is_asked: bool = True) -> Json:
        """The answer's message, with its first page. What nobody asked for suggests nothing to say next."""
        activity: Json = {"type": "message"}
        is_answer = self.answer.state is State.ANSWERED
        if is_answer and (self.answer.evidence or self.answer.model):
            activity["channelData"] = {"feedbackLoop": {"type": "default"}}
        if is_answer and self.answer.model:
            activity["entities"] = [_AI_LABEL]
        follow_ups = self._follow_ups() if is_asked and reference.is_personal else ()
        if self.layout.text:
            activity |= {"text": message_text(self.layout.text), "textFormat": "markdown"}
        else:
            activity["summary"] = _summary(self.answer.text)
        if card := self._card(drawing, follow_ups):
            activity["attachments"] = [attachment(card)]
        if follow_ups:
            activity["suggestedActions"] = {
                "to": [reference.user_id] if reference.user_id else [],
                "actions": [{"type": "imBack", "title": one.label, "value": one.value} for one in follow_ups],
            }
        return activity

    def card(self, drawing: Drawing) -> Json:
        """One page as a card of its own."""
        page = min(drawing.page, max(0, len(self.layout.pages) - 1))
        blocks = self.layout.pages[page] if self.layout.pages else ()
        has_more = page + 1 < len(self.layout.pages)
        return draw(blocks, self.layout.buttons, replace(drawing, page=page), has_more=has_more)

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.layout.pages)

    @property
    def has_card(self) -> bool:
        """Whether there is more to it than a text."""
        return bool(self.layout.pages or self.layout.buttons)

    def _card(self, drawing: Drawing, follow_ups: tuple[Button, ...]) -> Json | None:
        buttons = self.layout.buttons.buttons if self.layout.buttons else ()
        if not self.layout.pages and len(follow_ups) == len(buttons) and not drawing.note:
            return None  # all that there is are suggestions, which Teams shows by itself
        return self.card(drawing)

    def _follow_ups(self) -> tuple[Button, ...]:
        buttons = self.layout.buttons.buttons if self.layout.buttons else ()
        asks = (button for button in buttons if button.action == ASK and 0 < len(button.value) <= SUGGESTION)
        return tuple(button for button in asks if len(button.label) <= SUGGESTION)[:SUGGESTED_ACTIONS]


def paginate(answer: Answer) -> Pages:
    """The answer in pages that each fit, whatever it holds: fewer lines a page until they do."""
    lines = PAGE_LINES
    while True:
        pages = Pages(lay_out(answer, lines=lines), answer)
        if lines <= 1 or all(_fits(pages, page) for page in range(max(1, pages.count))):
            return pages
        lines //= 2


def _fits(pages: Pages, page: int) -> bool:
    drawing = Drawing(card="0" * 40, number=99, page=page, note="…" * SUMMARY)
    text = message_text(pages.layout.text) if page == 0 else ""
    return utf16_size(orjson.dumps([pages.card(drawing), text])) <= PAYLOAD_AIM


def stream_piece(text: str, kind: StreamType, *, stream: str, sequence: int) -> Json:
    """A piece of a stream before its end; the first one has no stream id yet."""
    info: Json = {"type": "streaminfo", "streamType": kind, "streamSequence": sequence}
    if stream:
        info["streamId"] = stream
    if kind == "informative":
        text = text.encode()[:INFORMATIVE_BYTES].decode(errors="ignore")
    return {"type": "typing", "text": text, "entities": [info], "channelData": _without_type(info)}


def stream_end(message: Json, stream: str) -> Json:
    """A message as the end of a stream: the only piece with attachments, label and feedback, and without a sequence."""
    info: Json = {"type": "streaminfo", "streamType": "final", "streamId": stream}
    return {
        **message,
        "entities": [info, *message.get("entities", ())],
        "channelData": {**message.get("channelData", {}), **_without_type(info)},
    }


def plain_message(text: str) -> Json:
    """A message of one text."""
    return {"type": "message", "text": message_text(text), "textFormat": "markdown"}


def typing() -> Json:
    """The three dots."""
    return {"type": "typing"}


def _without_type(info: Json) -> Json:
    """Clients older than the entity read the same from the channel data."""
    return {name: value for name, value in info.items() if name != "type"}


def _summary(text: str) -> str:
    """The first line that says something, without any markup."""
    lines = ("".join(run["text"] for run in runs(line.strip(" #|-:"))).strip() for line in text.split("\n"))
    return next(filter(None, lines), "")[:SUMMARY]
