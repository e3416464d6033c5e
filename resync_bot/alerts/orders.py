"""The words under an alert's buttons, which a person could type as well: rendering writes them, the desk reads them.

The first group are orders about alerts themselves; the second are questions that the agent answers like any other.
"""

from typing import Final

from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import inline
from resync_bot.conversation.said import Said

ACKNOWLEDGE: Final = Said("acknowledge {id}", "reconhecer {id}")
RELEASE: Final = Said("release {id}", "soltar {id}")
SILENCE: Final = Said("silence {name} for 1 hour", "silenciar {name} por 1 hora")
UNSILENCE: Final = Said("end silence {id}", "encerrar silêncio {id}")
DIGEST: Final = Said("alert digest", "resumo dos alertas")
WHY_NOT_TOLD: Final = Said("why was I not told about {name}?", "por que não fui avisado sobre {name}?")
LIST_ALERTS: Final = Said("list my alerts", "listar meus alertas")

LOG: Final = Said("show the log of {name}", "mostra o log do {name}")
WHY_FAILED: Final = Said("why did {name} fail?", "por que o {name} falhou?")
WHY_WAITING: Final = Said("why is {name} waiting?", "por que o {name} está esperando?")
WHY_STUCK: Final = Said("why is stream {name} stuck?", "por que o stream {name} está travado?")
BLOCKS: Final = Said("what does {name} block?", "o que o {name} bloqueia?")
MAKES_DEADLINE: Final = Said("will {name} make its deadline?", "o {name} cumpre o prazo?")
PROMPTS: Final = Said("which prompts are open?", "quais prompts estão abertos?")
STATUS_OF_WORKSTATION: Final = Said("status of workstation {name}", "como está a workstation {name}?")
WAITING_ON: Final = Said(
    "which jobs are waiting on workstation {name}?", "quais jobs estão esperando na workstation {name}?"
)
ON_ENGINE: Final = Said("on engine {engine}", "no motor {engine}")


def acknowledge(group: str, language: Language) -> str:
    """Somebody looks after the alert `group`."""
    return ACKNOWLEDGE.in_(language, id=group)


def release(group: str, language: Language) -> str:
    """Nobody looks after it any more."""
    return RELEASE.in_(language, id=group)


def silence(name: str, language: Language) -> str:
    """Nothing is told about what `name` names for an hour."""
    return _about(SILENCE, name, language)


def unsilence(silence_id: str, language: Language) -> str:
    """A silence ends at once."""
    return UNSILENCE.in_(language, id=silence_id)


def digest(language: Language) -> str:
    """What a shift has to know."""
    return DIGEST.in_(language)


def why_not_told(name: str, language: Language) -> str:
    """From the recorded reasons."""
    return _about(WHY_NOT_TOLD, name, language)


def log_of(name: str, language: Language) -> str:
    """The job's log."""
    return _about(LOG, name, language)


def why_failed(name: str, language: Language) -> str:
    """Why a job failed."""
    return _about(WHY_FAILED, name, language)


def why_waiting(name: str, language: Language) -> str:
    """Why a job has not started."""
    return _about(WHY_WAITING, name, language)


def why_stuck(name: str, language: Language) -> str:
    """Why a stream does not go on."""
    return _about(WHY_STUCK, name, language)


def blocks(name: str, language: Language) -> str:
    """What waits for it."""
    return _about(BLOCKS, name, language)


def makes_deadline(name: str, language: Language) -> str:
    """When a job will end."""
    return _about(MAKES_DEADLINE, name, language)


def prompts(language: Language) -> str:
    """The open prompts, and how they are answered."""
    return PROMPTS.in_(language)


def status_of_workstation(name: str, language: Language) -> str:
    """Its link, limit and fence."""
    return _about(STATUS_OF_WORKSTATION, name, language)


def waiting_on(name: str, language: Language) -> str:
    """The jobs that a workstation holds."""
    return _about(WAITING_ON, name, language)


def on_engine(question: str, engine: str, language: Language) -> str:
    """The same question, where the bot asks several engines."""
    mark = "?" if question.endswith("?") else ""
    return f"{question.removesuffix('?')} {ON_ENGINE.in_(language, engine=inline(engine))}{mark}"


def _about(said: Said, name: str, language: Language) -> str:
    return said.in_(language, name=inline(name))
