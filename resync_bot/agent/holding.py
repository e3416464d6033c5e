"""What the bot says while an engine makes it wait, in the person's language."""

from resync_bot.conversation.language import Language
from resync_bot.errors import EngineErrorKind

_HOLDING = {
    Language.EN: {
        EngineErrorKind.PLAN_SWITCH: "waiting for the engine, which is changing to its new plan",
    },
    Language.PT: {
        EngineErrorKind.PLAN_SWITCH: "esperando o motor, que está passando para o novo plano",
    },
}


def holding(kind: EngineErrorKind, language: Language) -> str | None:
    """One phrase without a full stop; None for what nobody waits for."""
    return _HOLDING[language].get(kind)
