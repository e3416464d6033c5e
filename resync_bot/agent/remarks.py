"""The small print under an answer: why it is not in the language model's words."""

from enum import Enum

from resync_bot.conversation.language import Language


class Remark(Enum):
    """One reason; its value are its sentences in English and Portuguese."""

    UNAVAILABLE = (
        "The language model is not available right now; I answer by my built-in rules.",
        "O modelo de linguagem não está disponível agora; respondo pelas minhas regras internas.",
    )
    UNVERIFIED = (
        "What the language model said did not agree with the plan; I answer by my built-in rules.",
        "O que o modelo de linguagem disse não confere com o plano; respondo pelas minhas regras internas.",
    )
    PLAIN = (
        "What the language model said did not agree with what was found; these are the findings themselves.",
        "O que o modelo de linguagem disse não confere com o que foi encontrado; estes são os próprios resultados.",
    )
    OUT_OF_TIME = (
        "The language model took too long; these are the findings so far.",
        "O modelo de linguagem demorou demais; estes são os resultados até agora.",
    )

    def in_language(self, language: Language) -> str:
        """The sentence."""
        english, portuguese = self.value
        return portuguese if language is Language.PT else english
