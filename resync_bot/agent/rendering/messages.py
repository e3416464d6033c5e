"""What a message id of the engine means."""

from resync_bot.agent.rendering import phrases
from resync_bot.agent.rendering.status_words import meaning_in
from resync_bot.agent.results import MessageResult
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape
from resync_bot.tws.findings import LogMessage


def render_message(result: MessageResult, language: Language) -> str:
    """The meaning in one sentence, and how grave it is."""
    grave = phrases.SEVERITY.get(result.message_id[-1:])
    severity = grave.in_(language) if grave else ""
    known = LogMessage(id=result.message_id, line="", meaning=result.meaning)
    meaning = meaning_in(language, known)
    if meaning is None:
        return phrases.MESSAGE_UNKNOWN.in_(language, id=code(result.message_id), severity=severity).strip()
    said = phrases.MESSAGE_MEANS.in_(language, id=code(result.message_id), meaning=escape(meaning))
    return f"{said} {severity}".strip()
