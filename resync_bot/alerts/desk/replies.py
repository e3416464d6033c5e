"""How the desk's answers are put together."""

from collections.abc import Iterable, Sequence

from resync_bot.alerts.desk import phrases
from resync_bot.alerts.model import Pattern, Silence
from resync_bot.alerts.rendering import pattern_text
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs
from resync_bot.conversation.model import Answer, Block, Button, Buttons, Text
from resync_bot.conversation.reading import ASK
from resync_bot.conversation.said import Said

MOST_BUTTONS = 5


def reply(texts: Iterable[str], buttons: Sequence[tuple[str, str]] = (), clock: Clock | None = None) -> Answer:
    """Paragraphs, and a row of buttons: each a label and the words that it says."""
    text = paragraphs(*texts)
    blocks: list[Block] = [Text(text)]
    if buttons:
        blocks.append(Buttons(tuple(Button(label, ASK, words) for label, words in buttons[:MOST_BUTTONS])))
    return Answer(text=text, blocks=tuple(blocks), times=clock.times if clock else ())


def say(said: Said, language: Language, **values: object) -> Answer:
    """One sentence."""
    return reply([said.in_(language, **values)])


def numbered(lines: Iterable[str]) -> str:
    """A list whose numbers people say."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def patterns_text(patterns: Sequence[Pattern], language: Language) -> str:
    """What several patterns mean."""
    return "; ".join(dict.fromkeys(pattern_text(pattern, language) for pattern in patterns))


def silence_text(silence: Silence, until: str, language: Language) -> str:
    """``ETL_LOAD` until 06:00, by Ana, because CHG123`."""
    line = phrases.SILENCE_LINE.in_(
        language, what=pattern_text(silence.pattern, language), time=until, by=escape(silence.by)
    )
    return f"{line}{grounds(silence, language)}"


def grounds(silence: Silence, language: Language) -> str:
    """`, because of the new release, for CHG123`; empty if there are none."""
    said = []
    if silence.reason:
        said.append(phrases.BECAUSE.in_(language, reason=escape(silence.reason)))
    if silence.ticket and silence.ticket not in silence.reason.upper():
        said.append(phrases.FOR_TICKET.in_(language, ticket=code(silence.ticket)))
    return "".join(f", {one}" for one in said)
