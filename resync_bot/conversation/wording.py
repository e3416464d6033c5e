"""The few sentences that the conversation itself says, in English and Portuguese, and which of the two to use."""

import math
from enum import Enum

from resync_bot.conversation.language import Language, detect
from resync_bot.errors import EngineError, ResyncError, StoreUnavailableError


class Sentence(Enum):
    """A sentence in both languages; {} is filled in."""

    EMPTY = ("There is no text in this message that I can read.", "Não há texto que eu possa ler nesta mensagem.")
    BINARY = ("This looks like a file and not like a question.", "Isto parece um arquivo e não uma pergunta.")
    TOO_LONG = (
        "This message is too long for me; please send only the part that matters.",
        "Esta mensagem é longa demais para mim; por favor envie só a parte que importa.",
    )
    WAIT = (
        "That is too many questions at once; please try again in {} s.",
        "São perguntas demais de uma vez; por favor tente de novo em {} s.",
    )
    WORKING = ("looking into it", "verificando")
    FAILED = ("{} (reference {})", "{} (referência {})")
    GIVEN_UP = (
        "I tried several times and could not answer this.",
        "Tentei várias vezes e não consegui responder a isto.",
    )
    TOOK_TOO_LONG = ("This took too long, so I stopped.", "Isto demorou demais, então parei.")
    OLD_BUTTON = ("That button does nothing any more.", "Esse botão já não faz nada.")
    STOPPED = ("Stopped, as you asked.", "Parei, como você pediu.")
    FORGOTTEN = ("Forgotten: we start afresh here.", "Esquecido: começamos do zero aqui.")

    def in_language(self, language: Language, *facts: object) -> str:
        """The sentence with `facts` filled in."""
        english, portuguese = self.value
        return (portuguese if language is Language.PT else english).format(*facts)


_TOLD_IN_PORTUGUESE: tuple[tuple[type[ResyncError], str], ...] = (
    (EngineError, "O motor de agendamento não respondeu à minha pergunta."),
    (StoreUnavailableError, "Não consigo acessar a minha própria memória agora."),
    (ResyncError, "Algo deu errado do meu lado."),
)


def told(error: ResyncError, language: Language) -> str:
    """The sentence of `error` for a person in a chat."""
    if language is Language.PT:
        return next(sentence for kind, sentence in _TOLD_IN_PORTUGUESE if isinstance(error, kind))
    return error.told


def wait_sentence(retry_after: float, text: str) -> str:
    """What to tell a person who asked too much; `retry_after` in seconds, `text` is what they wrote."""
    return Sentence.WAIT.in_language(detect(text), max(1, math.ceil(retry_after)))
