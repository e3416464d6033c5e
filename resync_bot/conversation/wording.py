"""The few sentences that the conversation itself says, in English and Portuguese, and which of the two to use."""

import math
import re
import unicodedata
from enum import Enum, StrEnum

from resync_bot.errors import EngineError, ResyncError, StoreUnavailableError


class Language(StrEnum):
    """What people write to the bot in."""

    ENGLISH = "en"
    PORTUGUESE = "pt"


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
        return (portuguese if language is Language.PORTUGUESE else english).format(*facts)


_TOLD_IN_PORTUGUESE: tuple[tuple[type[ResyncError], str], ...] = (
    (EngineError, "O motor de agendamento não respondeu à minha pergunta."),
    (StoreUnavailableError, "Não consigo acessar a minha própria memória agora."),
    (ResyncError, "Algo deu errado do meu lado."),
)

_WORD = re.compile(r"[^\W\d_]+")
_PORTUGUESE_LETTERS = frozenset("ãõçáéíóúâêôà")
# The words that tell most: enough to choose one sentence.
_PORTUGUESE = """
    ao com como da das de depende e ela ele em esquece essa esse esta este falhou falharam foi hoje isso mais mostra
    mostre na nas nos noite o ontem os ou para parado pela plano por porque qual quais quando quantos que quem rodando
    sem situacao sobre tem todos um uma
"""
_ENGLISH = """
    about all and any are at by can depends did does down failed fails forget from has have how in is it last list my
    not of on open running show starting stuck the there this to today waiting was what when where which who why will
    with
"""
_PORTUGUESE_WORDS = frozenset(_PORTUGUESE.split())
_ENGLISH_WORDS = frozenset(_ENGLISH.split())


def guess_language(text: str) -> Language:
    """Portuguese if more of its words or letters than English ones occur in `text`; English in doubt."""
    lowered = unicodedata.normalize("NFC", text[:1000]).lower()
    words = _WORD.findall(lowered)
    portuguese = sum(_plain(word) in _PORTUGUESE_WORDS for word in words)
    portuguese += 2 * sum(not _PORTUGUESE_LETTERS.isdisjoint(word) for word in words)
    english = sum(word in _ENGLISH_WORDS for word in words)
    return Language.PORTUGUESE if portuguese > english else Language.ENGLISH


def told(error: ResyncError, language: Language) -> str:
    """The sentence of `error` for a person in a chat."""
    if language is Language.PORTUGUESE:
        return next(sentence for kind, sentence in _TOLD_IN_PORTUGUESE if isinstance(error, kind))
    return error.told


def wait_sentence(retry_after: float, text: str) -> str:
    """What to tell a person who asked too much; `retry_after` in seconds, `text` is what they wrote."""
    return Sentence.WAIT.in_language(guess_language(text), max(1, math.ceil(retry_after)))


def _plain(word: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", word) if not unicodedata.combining(part))
