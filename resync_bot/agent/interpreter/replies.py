"""What the interpreter says by itself: help, refusals, questions back. Facts come from the renderers."""

from collections.abc import Sequence
from typing import Final

from resync_bot.agent.interpreter.intents import Topic
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import bullets, code, paragraphs
from resync_bot.conversation.said import Said, enumeration
from resync_bot.tws.models import Job

NOT_UNDERSTOOD: Final = Said("I did not understand that.", "Não entendi.")
NOT_UNDERSTOOD_WORDS: Final = Said("I did not understand {words}.", "Não entendi {words}.")
EXAMPLES: Final = Said("These work now:", "Estas perguntas funcionam agora:")
NEEDS_TARGET: Final = Said(
    "Which job or stream do you mean? Please give me its name.", "De qual job ou stream? Preciso do nome."
)
GREETING: Final = Said(
    "Hello. Ask me about the plan: what failed, what runs, why something waits.",
    "Olá. Pergunte sobre o plano: o que falhou, o que está rodando, por que algo espera.",
)
THANKS: Final = Said("You're welcome.", "De nada.")
CHANGE: Final = Said(
    "I cannot change the plan from here yet: **nothing was changed**.",
    "Ainda não posso alterar o plano por aqui: **nada foi alterado**.",
)
CHANGE_SEE: Final = Said("What I see now:", "O que vejo agora:")
UNFINISHED: Final = Said(
    "I could not look everything up. Please ask again, for one thing at a time.",
    "Não consegui consultar tudo. Pergunte de novo, uma coisa de cada vez.",
)
UNREADABLE: Final = Said("I could not read the result of {tool}.", "Não consegui ler o resultado de {tool}.")
MORE_QUESTIONS: Final = Said(
    "I answered the first {n} questions; please ask the others again.",
    "Respondi as {n} primeiras perguntas; repita as outras, por favor.",
)
STREAM_HAS_NO_LOG: Final = Said(
    "A stream has no log of its own; its jobs have.", "Um stream não tem log próprio; os jobs dele têm."
)
PLACE_UNKNOWN: Final = Said(
    "{name} is neither a workstation nor a stream nor a folder of this plan.",
    "{name} não é workstation, stream nem pasta deste plano.",
)
ENGINES_ARE: Final = Said("The engines that I can ask are {names}.", "Os motores que posso consultar são {names}.")
PLACE_AMBIGUOUS: Final = Said(
    "{name} is part of several names: {names}. Which one do you mean?",
    "{name} faz parte de vários nomes: {names}. Qual deles?",
)
WORKSTATION: Final = Said("workstation {name}", "workstation {name}")
STREAM: Final = Said("stream {name}", "stream {name}")
FOLDER: Final = Said("folder {name}", "pasta {name}")

TOPIC: Final[dict[Topic, Said]] = {
    Topic.HISTORY: Said(
        "A list of an earlier day is not in the plan, which holds the present production day only. Of earlier runs I "
        "can tell the history of one job, what changed in it, and compare today with another day.",
        "A lista de um dia anterior não está no plano, que só tem o dia de produção atual. De execuções passadas posso "
        "contar o histórico de um job, o que mudou nele e comparar hoje com outro dia.",
    ),
    Topic.FUTURE: Said(
        "That lies beyond the present plan: what runs then is decided when the plan is extended. I can show what is "
        "still to run in this plan.",
        "Isso está além do plano atual: o que roda então se decide quando o plano é estendido. Posso mostrar o que "
        "ainda vai rodar neste plano.",
    ),
    Topic.FILES: Said(
        "The engine's API has no list of files. `sj @#@.@+opens` shows the jobs that wait for one or had to.",
        "A API do motor não tem lista de arquivos. `sj @#@.@+opens` mostra os jobs que esperam ou esperavam por um.",
    ),
    Topic.DOMAINS: Said(
        "The engine's API has no list of domains. `sc ;info` shows the domain of each workstation, and a domain with "
        "`!` before a name selects by it.",
        "A API do motor não tem lista de domínios. `sc ;info` mostra o domínio de cada workstation, e um domínio com "
        "`!` antes do nome seleciona por ele.",
    ),
    Topic.CONMAN: Said(
        "The engine's API has no counterpart of this command. I know `sj`, `ss`, `sc`, `sp`, `sr`, `rc` and `status` "
        "with their selections.",
        "A API do motor não tem correspondente para este comando. Conheço `sj`, `ss`, `sc`, `sp`, `sr`, `rc` e "
        "`status` com suas seleções.",
    ),
}

HELP: Final = Said(
    "I answer questions about the production plan, in English, in Portuguese and as conman:",
    "Respondo perguntas sobre o plano de produção, em português, em inglês e como no conman:",
)
HELP_ITEMS: Final = (
    Said("the plan at a glance: `how is the plan?`", "o plano num relance: `como está o plano?`"),
    Said(
        "what failed, runs, waits or is late: `what failed last night?`, `what is running longest?`",
        "o que falhou, roda, espera ou atrasa: `o que falhou ontem à noite?`, `o que está rodando há mais tempo?`",
    ),
    Said(
        "one job or stream: its status, why it failed or waits, its log, what it blocks",
        "um job ou stream: status, por que falhou ou espera, o log, o que ele bloqueia",
    ),
    Said(
        "workstations, open prompts, resources, critical jobs: `which workstations are down?`",
        "workstations, prompts abertos, recursos, jobs críticos: `quais workstations estão fora do ar?`",
    ),
    Said(
        "alerts: `alert me here about PAY*`, `which alerts are open?`, `list my alerts`, `shift digest`",
        "alertas: `me avise aqui sobre PAY*`, `quais alertas estão abertos?`, `listar meus alertas`, `resumo do turno`",
    ),
    Said(
        "conman: `sj @#@.@+state=abend`, `ss`, `sc`, `sp`, `sr`",
        "conman: `sj @#@.@+state=abend`, `ss`, `sc`, `sp`, `sr`",
    ),
)
EXAMPLE_WHY: Final = Said("why did {name} fail?", "por que o {name} falhou?")
EXAMPLE_BLOCKS: Final = Said("what does {name} block?", "o que o {name} bloqueia?")
ABOUT_ONE: Final = Said("Of {name} you can ask me:", "Sobre {name} você pode perguntar:")
EXAMPLES_OF_ONE: Final = (
    Said("how is {name}?", "como está o {name}?"),
    Said("what is {name} waiting for?", "o que o {name} está esperando?"),
    EXAMPLE_BLOCKS,
    Said("when will {name} end?", "quando o {name} termina?"),
    Said("history of {name}", "histórico do {name}"),
)
EXAMPLES_WITHOUT_NAMES: Final = (
    Said("what failed last night?", "o que falhou ontem à noite?"),
    Said("how is the plan?", "como está o plano?"),
    Said("which critical jobs are at risk?", "quais jobs críticos estão em risco?"),
)


def examples(failed: Sequence[Job], language: Language) -> str:
    """Three questions that have an answer now, with the names of jobs that failed if there are any."""
    questions = [EXAMPLES_WITHOUT_NAMES[0].in_(language)]
    if failed:
        first, last = failed[0].name, failed[-1].name
        questions += [EXAMPLE_WHY.in_(language, name=first), EXAMPLE_BLOCKS.in_(language, name=last)]
    else:
        questions += [said.in_(language) for said in EXAMPLES_WITHOUT_NAMES[1:]]
    return f"{EXAMPLES.in_(language)}\n\n{bullets([code(question) for question in questions])}"


def what_was_not(words: Sequence[str], language: Language) -> str:
    """That it was not understood."""
    if not words:
        return NOT_UNDERSTOOD.in_(language)
    return NOT_UNDERSTOOD_WORDS.in_(language, words=enumeration([f"“{_short(word)}”" for word in words], language))


def not_understood_of(name: str, words: Sequence[str], language: Language) -> str:
    """That it was not understood, and what can be asked of that which it is about."""
    questions = bullets([code(said.in_(language, name=name)) for said in EXAMPLES_OF_ONE])
    return paragraphs(what_was_not(words, language), f"{ABOUT_ONE.in_(language, name=code(name))}\n\n{questions}")


def not_understood(words: Sequence[str], failed: Sequence[Job], language: Language) -> str:
    """That it was not understood, and what would be."""
    return paragraphs(what_was_not(words, language), examples(failed, language))


def help_text(failed: Sequence[Job], language: Language) -> str:
    """What can be asked."""
    lines = [item.in_(language) for item in HELP_ITEMS]
    if failed:
        lines[2] += f": {code(EXAMPLE_WHY.in_(language, name=failed[0].name))}"
    return paragraphs(HELP.in_(language), bullets(lines))


def _short(word: str) -> str:
    # A stranger's words go back only as far as they are harmless: letters, digits, blanks.
    plain = "".join(sign for sign in word if sign.isalnum() or sign in " -_")
    return plain if len(plain) <= 30 else plain[:29] + "…"
