"""Each recorded decision of alerting in words: for "why was I not told?"."""

from enum import StrEnum
from typing import Final

from resync_bot.alerts.grouping import Grouping
from resync_bot.alerts.inhibition import Inhibition
from resync_bot.alerts.model import Outcome, Told
from resync_bot.alerts.routing import Routing
from resync_bot.alerts.silencing import Silencing
from resync_bot.alerts.timing import Timing
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape
from resync_bot.conversation.said import Said

# By the word of the stage that decided. `{detail}` is what the record names: a job, a silence, a platform's words.
WORDS: Final[dict[StrEnum, Said]] = {
    Routing.RULE: Said("told here", "contado aqui"),
    Routing.DEFAULT: Said("told here", "contado aqui"),
    Routing.NO_RULE: Said("told nowhere: no rule means it", "não contado em lugar nenhum: nenhuma regra o abrange"),
    Grouping.NEW_ROOT: Said("an alert of its own", "um alerta próprio"),
    Grouping.DOWNSTREAM: Said(
        "no alert of its own: it is part of the alert about {detail}, which it follows",
        "sem alerta próprio: faz parte do alerta sobre {detail}, do qual depende",
    ),
    Grouping.SAME_STREAM: Said(
        "no alert of its own: it is part of the alert about {detail}, in the same stream",
        "sem alerta próprio: faz parte do alerta sobre {detail}, no mesmo stream",
    ),
    Grouping.SAME_WORKSTATION: Said(
        "no alert of its own: it is part of the alert about {detail}, where it runs",
        "sem alerta próprio: faz parte do alerta sobre {detail}, onde executa",
    ),
    Grouping.SAME_OBJECT: Said(
        "no alert of its own: there was one about {detail} already", "sem alerta próprio: já havia um sobre {detail}"
    ),
    Grouping.KNOWN: Said("known already, nothing new", "já conhecido, nada de novo"),
    Grouping.FAILED_AGAIN: Said(
        "failed again: the alert about {detail} was edited, without a new message",
        "falhou de novo: o alerta sobre {detail} foi editado, sem nova mensagem",
    ),
    Grouping.RECOVERING: Said(
        "an automatic rerun goes on: the alert about {detail} was edited, without a new message",
        "um rerun automático continua: o alerta sobre {detail} foi editado, sem nova mensagem",
    ),
    Inhibition.PLAN_SWITCH: Said(
        "not told here: the plan was being switched, and it was to be expected",
        "não contado aqui: o plano estava sendo trocado, e isso era esperado",
    ),
    Inhibition.RECOVERING: Said(
        "told here once, without calling anybody: an automatic recovery was running",
        "contado aqui uma vez, sem chamar ninguém: uma recuperação automática estava em curso",
    ),
    Silencing.SILENCE: Said("not told here: {detail}", "não contado aqui: {detail}"),
    Timing.GROUP_WAIT: Said(
        "not told here yet: the first seconds were waited for what belongs to it",
        "ainda não contado aqui: esperou-se alguns segundos pelo que faz parte dele",
    ),
    Timing.HEALED: Said(
        "not told here: it was over before anybody had to be told",
        "não contado aqui: acabou antes que alguém precisasse saber",
    ),
    Timing.STANDS: Said("told here before: the message still said it all", "já contado aqui: a mensagem já dizia tudo"),
    Timing.DEBOUNCED: Said(
        "told here before: the message had just been edited", "já contado aqui: a mensagem acabara de ser editada"
    ),
    Timing.BACKING_OFF: Said(
        "not told here yet: the last attempts to deliver it failed, it is tried again",
        "ainda não contado aqui: as últimas tentativas de entrega falharam, tenta-se de novo",
    ),
}
_BY_WORD: Final = {str(why): said for why, said in WORDS.items()}

# Where the stage's word does not tell enough, or is the name of an error.
OUTCOMES: Final[dict[Outcome, Said]] = {
    Outcome.SENT: Said("told here", "contado aqui"),
    Outcome.GROUPED: Said("part of the alert about {detail}", "parte do alerta sobre {detail}"),
    Outcome.WAITING: Said("not told here yet", "ainda não contado aqui"),
    Outcome.INHIBITED: Said("held back", "retido"),
    Outcome.SILENCED: Said("not told here: {detail}", "não contado aqui: {detail}"),
    Outcome.REPEATED: Said("told here before; the message stands", "já contado aqui; a mensagem permanece"),
    Outcome.STORM: Said(
        "told here on the board, with many others: they were too many for a message each",
        "contado aqui no quadro, com muitos outros: eram demais para uma mensagem cada",
    ),
    Outcome.HEALED: Said(
        "not told here: it was over before anybody had to be told",
        "não contado aqui: acabou antes que alguém precisasse saber",
    ),
    Outcome.RATE_LIMITED: Said(
        "not told here yet: the platform asked to wait", "ainda não contado aqui: a plataforma pediu para esperar"
    ),
    Outcome.UNDELIVERABLE: Said(
        "not told here: the platform did not take the message ({detail})",
        "não contado aqui: a plataforma não aceitou a mensagem ({detail})",
    ),
    Outcome.UNROUTED: Said("told nowhere: no rule means it", "não contado em lugar nenhum: nenhuma regra o abrange"),
}
_SPECIFIC: Final = frozenset({Outcome.GROUPED, Outcome.REPEATED, Outcome.INHIBITED, Outcome.WAITING})


def why(told: Told, language: Language, *, silence: str = "") -> str:
    """What was decided, as part of a sentence. `silence` says who ordered the silence that `told` names."""
    if told.outcome is Outcome.SILENCED:
        detail = silence
    elif told.outcome is Outcome.UNDELIVERABLE:
        detail = escape(told.detail)
    else:
        detail = code(told.detail) if told.detail else ""
    by_stage = _BY_WORD.get(told.why) if told.outcome in _SPECIFIC or not told.detail else None
    return (by_stage or OUTCOMES[told.outcome]).in_(language, detail=detail)
