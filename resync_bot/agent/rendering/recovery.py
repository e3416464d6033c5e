"""What the engine does about a failure by itself: `automatic rerun 2 of 3 comes at 18:41`."""

from typing import Final

from resync_bot.agent.rendering.times import moment
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape
from resync_bot.conversation.said import Counted, Said
from resync_bot.tws.findings import NextStep, Recovery
from resync_bot.tws.models import Engine

# Placeholders: {which} is the rerun (`automatic rerun 2 of 3`), {job} its recovery job, {when} `at 18:41` or nothing.
_NEXT: Final[dict[NextStep, Said]] = {
    NextStep.RERUN_RUNS: Said(
        "**Recovery is still active**: {which} is under way. Wait for its end before acting.",
        "**O recovery ainda está ativo**: o {which} está em andamento. Espere terminar antes de agir.",
    ),
    NextStep.RECOVERY_JOB_RUNS: Said(
        "**Recovery is still active**: its recovery job{job} is under way, {which} follows. Wait before acting.",
        "**O recovery ainda está ativo**: o job de recovery{job} está em andamento e depois vem o {which}. "
        "Espere antes de agir.",
    ),
    NextStep.RERUN_COMES: Said(
        "**Recovery is still active**: {which} comes{when}. Wait before acting.",
        "**O recovery ainda está ativo**: o {which} vem{when}. Espere antes de agir.",
    ),
    NextStep.RECOVERY_JOB_COMES: Said(
        "**Recovery is still active**: its recovery job{job} comes{when}, then {which}. Wait before acting.",
        "**O recovery ainda está ativo**: o job de recovery{job} vem{when}, depois o {which}. Espere antes de agir.",
    ),
    NextStep.PROMPT_FIRST: Said(
        "Its recovery asks first ({option}): somebody has to answer the recovery prompt.",
        "O recovery dele pergunta antes ({option}): alguém precisa responder o prompt de recovery.",
    ),
    NextStep.GOES_ON: Said(
        "What follows it goes on all the same (recovery option {option}).",
        "O que vem depois segue mesmo assim (opção de recovery {option}).",
    ),
    NextStep.NOTHING: Said(
        "It is not rerun by itself (recovery option {option}).",
        "Ele não roda de novo sozinho (opção de recovery {option}).",
    ),
}
_WHICH: Final = Said("automatic rerun {rerun}", "rerun automático {rerun}")
_WHICH_OF: Final = Said("automatic rerun {rerun} of {all}", "rerun automático {rerun} de {all}")
_AT: Final = Said(" {time}", " {time}")
_AT_ONCE: Final = Said(" next", " a seguir")
_ALL_USED: Final = Counted(
    Said(
        "Its {n} automatic rerun failed too: **no more comes by itself**, somebody has to act.",
        "O {n} rerun automático dele também falhou: **não vem mais nenhum sozinho**, alguém precisa agir.",
    ),
    Said(
        "All {n} automatic reruns failed: **no more comes by itself**, somebody has to act.",
        "Todos os {n} reruns automáticos falharam: **não vem mais nenhum sozinho**, alguém precisa agir.",
    ),
)


def recovery_text(recovery: Recovery | None, engine: Engine, language: Language) -> str:
    """One sentence; nothing where nothing is known of a recovery."""
    if recovery is None:
        return ""
    if recovery.next is NextStep.ALL_USED:
        return _ALL_USED.in_(language, recovery.reruns)
    return _NEXT[recovery.next].in_(
        language,
        which=rerun_number(recovery, language),
        job=f" {code(recovery.job)}" if recovery.job else "",
        when=_AT.in_(language, time=moment(recovery.next_at, engine, language))
        if recovery.next_at
        else _AT_ONCE.in_(language),
        option=escape(recovery.option),
    )


def rerun_number(recovery: Recovery, language: Language) -> str:
    """`automatic rerun 2 of 3`."""
    if recovery.rerun is None:
        return ""
    if recovery.reruns_in_all is None:
        return _WHICH.in_(language, rerun=recovery.rerun)
    return _WHICH_OF.in_(language, rerun=recovery.rerun, all=recovery.reruns_in_all)
