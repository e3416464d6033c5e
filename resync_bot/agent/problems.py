"""What people and models are told when a tool cannot answer: plain sentences, never an exception's text."""

from resync_bot.agent.conman.choosing import NotSelectableError, Refusal
from resync_bot.agent.results import Problem
from resync_bot.conversation.language import Language
from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.tws.problems import is_plan_missing

_Told = tuple[str, str]  # the sentence, and what might help

_ENGLISH: dict[EngineErrorKind, _Told] = {
    EngineErrorKind.UNREACHABLE: (
        "I cannot reach the scheduling engine right now.",
        "Try again in a minute; if it stays so, the master or the network needs a look.",
    ),
    EngineErrorKind.TIMED_OUT: (
        "The scheduling engine did not answer in time.",
        "Try again in a moment, or ask for less: one stream, one workstation, one name.",
    ),
    EngineErrorKind.UNAVAILABLE: (
        "The scheduling engine cannot answer at the moment.",
        "Try again in a minute; its application server may be starting or overloaded.",
    ),
    EngineErrorKind.CIRCUIT_OPEN: (
        "The scheduling engine failed several times just now, so I leave it alone for a moment.",
        "Try again in half a minute.",
    ),
    EngineErrorKind.UNAUTHORISED: (
        "The scheduling engine does not accept my credentials.",
        "Whoever runs this bot needs to check its engine user and password.",
    ),
    EngineErrorKind.FORBIDDEN: (
        "I am not allowed to see that in the scheduling engine.",
        "The engine's security file must give my user the right to display it.",
    ),
    EngineErrorKind.NOT_FOUND: (
        "The scheduling engine no longer has that in its plan.",
        "The plan may just have been extended; ask for it by name again.",
    ),
    EngineErrorKind.BAD_QUERY: (
        "The scheduling engine did not understand my question.",
        "Try it in other words; if it happens again, tell whoever runs this bot.",
    ),
    EngineErrorKind.REFUSED: ("The scheduling engine refused that.", "Its message id says why."),
    EngineErrorKind.AGENT_DOWN: (
        "The agent that has it does not answer the scheduling engine.",
        "Whoever looks after the workstation needs to see whether its agent is up.",
    ),
    EngineErrorKind.GARBLED: (
        "I could not read the scheduling engine's answer.",
        "Something between us, such as a proxy, may be answering in its place.",
    ),
    EngineErrorKind.PLAN_SWITCH: (
        "The scheduling engine is changing to its new plan, so it has no answer for a few minutes.",
        "Nothing is wrong: this happens with every new production day. Ask again when it is through.",
    ),
    EngineErrorKind.NO_PLAN: (
        "The scheduling engine is up but has had no answer about its plan for longer than a change to a new one takes.",
        "Whoever runs the engine needs to look at the log of JnextPlan and at the plan's database.",
    ),
    EngineErrorKind.BUSY: (
        "I already have as many questions open at the scheduling engine as I may.",
        "Try again in a moment.",
    ),
    EngineErrorKind.UNSUPPORTED: (
        "This release of the scheduling engine cannot tell me that.",
        "Whoever runs the engine may find it in its console.",
    ),
}

_PORTUGUESE: dict[EngineErrorKind, _Told] = {
    EngineErrorKind.UNREACHABLE: (
        "Não consigo alcançar o motor de agendamento agora.",
        "Tente de novo em um minuto; se continuar, verifique o master ou a rede.",
    ),
    EngineErrorKind.TIMED_OUT: (
        "O motor de agendamento não respondeu a tempo.",
        "Tente de novo daqui a pouco, ou peça menos: um stream, uma workstation, um nome.",
    ),
    EngineErrorKind.UNAVAILABLE: (
        "O motor de agendamento não pode responder no momento.",
        "Tente de novo em um minuto; o servidor de aplicação pode estar iniciando ou sobrecarregado.",
    ),
    EngineErrorKind.CIRCUIT_OPEN: (
        "O motor de agendamento falhou várias vezes agora há pouco, então vou deixá-lo em paz por um momento.",
        "Tente de novo em meio minuto.",
    ),
    EngineErrorKind.UNAUTHORISED: (
        "O motor de agendamento não aceita minhas credenciais.",
        "Quem opera este bot precisa verificar o usuário e a senha do motor.",
    ),
    EngineErrorKind.FORBIDDEN: (
        "Não tenho permissão para ver isso no motor de agendamento.",
        "O arquivo de segurança do motor precisa dar ao meu usuário o direito de consulta.",
    ),
    EngineErrorKind.NOT_FOUND: (
        "O motor de agendamento não tem mais isso no plano.",
        "O plano pode ter acabado de ser estendido; pergunte de novo pelo nome.",
    ),
    EngineErrorKind.BAD_QUERY: (
        "O motor de agendamento não entendeu minha consulta.",
        "Tente com outras palavras; se acontecer de novo, avise quem opera este bot.",
    ),
    EngineErrorKind.REFUSED: ("O motor de agendamento recusou isso.", "O código da mensagem diz por quê."),
    EngineErrorKind.AGENT_DOWN: (
        "O agente que tem isso não responde ao motor de agendamento.",
        "O responsável pela workstation precisa ver se o agente dela está no ar.",
    ),
    EngineErrorKind.GARBLED: (
        "Não consegui ler a resposta do motor de agendamento.",
        "Algo entre nós, como um proxy, pode estar respondendo no lugar dele.",
    ),
    EngineErrorKind.PLAN_SWITCH: (
        "O motor de agendamento está passando para o novo plano e fica sem resposta por alguns minutos.",
        "Não há nada errado: isso acontece a cada novo dia de produção. Pergunte de novo quando ele terminar.",
    ),
    EngineErrorKind.NO_PLAN: (
        "O motor de agendamento está no ar, mas há mais tempo do que leva a troca de plano não responde sobre o plano.",
        "Quem opera o motor precisa ver o log do JnextPlan e o banco de dados do plano.",
    ),
    EngineErrorKind.BUSY: (
        "Já tenho tantas consultas abertas no motor de agendamento quanto posso ter.",
        "Tente de novo daqui a pouco.",
    ),
    EngineErrorKind.UNSUPPORTED: (
        "Esta versão do motor de agendamento não consegue me dizer isso.",
        "Quem opera o motor talvez encontre isso no console dele.",
    ),
}

_TOLD = {Language.EN: _ENGLISH, Language.PT: _PORTUGUESE}
_NO_HISTORY: dict[Language, _Told] = {
    Language.EN: (
        "I keep no history of runs here.",
        "Ask the bot that runs for everybody: it remembers the runs of past days.",
    ),
    Language.PT: (
        "Aqui eu não guardo o histórico das execuções.",
        "Pergunte ao bot que roda para todos: ele se lembra das execuções dos últimos dias.",
    ),
}

_HISTORY_TO_COME: dict[Language, _Told] = {
    Language.EN: (
        "I have just been started here and am still reading the runs of the past days.",
        "Ask again in a minute.",
    ),
    Language.PT: (
        "Acabei de ser iniciado aqui e ainda estou lendo as execuções dos últimos dias.",
        "Pergunte de novo em um minuto.",
    ),
}

_NO_PLAN: dict[Language, _Told] = {
    Language.EN: (
        "The scheduling engine is up but has no answer about its plan, as while it changes to a new one.",
        "Ask again in a few minutes. If it stays so, somebody has to look: the switch may have failed.",
    ),
    Language.PT: (
        "O motor de agendamento está no ar, mas não responde sobre o plano, como quando passa para um novo.",
        "Pergunte de novo em alguns minutos. Se continuar assim, alguém precisa olhar: a troca pode ter falhado.",
    ),
}

_DEFECT: dict[Language, _Told] = {
    Language.EN: ("Something went wrong on my side while I looked that up.", "Try it in other words."),
    Language.PT: ("Algo deu errado do meu lado enquanto eu consultava isso.", "Tente com outras palavras."),
}


_QUALIFIERS = (
    "state, priority, at, until, deadline, every, started, finished, follows, needs, opens, prompt, logon, recovery, "
    "scriptname, critical"
)
_NO_SELECTION: dict[Language, _Told] = {
    Language.EN: (
        "That is no selection of conman: nothing was looked up.",
        "For example: sj WS#STREAM(0600 11/23).JOB+state=abend",
    ),
    Language.PT: (
        "Isso não é uma seleção do conman: nada foi consultado.",
        "Por exemplo: sj WS#STREAM(0600 11/23).JOB+state=abend",
    ),
}
_NOT_SELECTABLE: dict[Language, dict[Refusal, _Told]] = {
    Language.EN: {
        Refusal.STREAM_ID: (
            "The engine's API cannot find a job stream by its id ({word}).",
            "Name the stream with its schedule time: STREAM(0600 11/23).",
        ),
        Refusal.QUALIFIER: (
            "The engine's API does not tell what {word} needs, so I cannot select by it.",
            "Leave it out, or look at one job in detail.",
        ),
        Refusal.UNKNOWN_WORD: (
            "conman has no qualifier {word}.",
            f"It has {_QUALIFIERS} and confirmed.",
        ),
        Refusal.VALUE: ("{word} is no value that conman would take.", "For example +priority=10,20 or +at=0600,0800."),
    },
    Language.PT: {
        Refusal.STREAM_ID: (
            "A API do motor não encontra um job stream pelo id ({word}).",
            "Diga o stream com o horário agendado: STREAM(0600 11/23).",
        ),
        Refusal.QUALIFIER: (
            "A API do motor não informa o que {word} precisa, então não consigo selecionar por isso.",
            "Deixe fora, ou consulte um job em detalhe.",
        ),
        Refusal.UNKNOWN_WORD: (
            "O conman não tem o qualificador {word}.",
            f"Ele tem {_QUALIFIERS} e confirmed.",
        ),
        Refusal.VALUE: (
            "{word} não é um valor que o conman aceitaria.",
            "Por exemplo +priority=10,20 ou +at=0600,0800.",
        ),
    },
}
_TOO_MANY: dict[Language, _Told] = {
    Language.EN: (
        "That needs a look into each of {found} jobs; I look into {most} at most.",
        "Narrow it: a stream, a folder, a workstation, a state.",
    ),
    Language.PT: (
        "Isso exige olhar cada um de {found} jobs; olho no máximo {most}.",
        "Restrinja: um stream, uma pasta, uma workstation, um estado.",
    ),
}


def engine_problem(error: EngineError, language: Language) -> Problem:
    """What a person is told of an engine that did not answer, or said no."""
    told, hint = _NO_PLAN[language] if is_plan_missing(error) else _TOLD[language][error.kind]
    return Problem(told=told, hint=hint, message_id=error.message_id)


def told_of(kind: EngineErrorKind, language: Language) -> str:
    """The sentence alone, without what might help."""
    return _TOLD[language][kind][0]


def defect(language: Language) -> Problem:
    """What a person is told of a defect of the bot; the log has the rest."""
    told, hint = _DEFECT[language]
    return Problem(told=told, hint=hint)


def no_history(language: Language) -> Problem:
    """What a person is told who asks for earlier runs where none are kept."""
    told, hint = _NO_HISTORY[language]
    return Problem(told=told, hint=hint)


def history_to_come(language: Language) -> Problem:
    """What a person is told who asks for earlier runs before they have been read for the first time."""
    told, hint = _HISTORY_TO_COME[language]
    return Problem(told=told, hint=hint)


def no_selection(language: Language) -> Problem:
    """What a person is told of a selection that conman would not take either."""
    told, hint = _NO_SELECTION[language]
    return Problem(told=told, hint=hint)


def not_selectable(error: NotSelectableError, language: Language) -> Problem:
    """What a person is told of a condition that the API cannot be asked for."""
    told, hint = _NOT_SELECTABLE[language][error.refusal]
    return Problem(told=told.format(word=error.word[:60]), hint=hint)


def too_many_to_read(found: int, most: int, language: Language) -> Problem:
    """What a person is told where every object would have to be looked at."""
    told, hint = _TOO_MANY[language]
    return Problem(told=told.format(found=found, most=most), hint=hint)


def unknown_tool(name: str, known: tuple[str, ...]) -> Problem:
    """For the model: it asked for a tool that does not exist."""
    return Problem(told=f"There is no tool {name[:60]!r}.", hint=f"Use one of: {', '.join(known)}.")


def wrong_arguments(tool: str, mistakes: list[str]) -> Problem:
    """For the model: what to correct before calling again."""
    return Problem(
        told=f"The arguments of {tool} are wrong: {'; '.join(mistakes)[:800]}.",
        hint="Correct them and call the tool again.",
    )


class RepeatedCall(Problem):
    """For the model: it made exactly this call before in this turn."""

    told: str = "You made exactly this call before; its result is above and has not changed."
    hint: str | None = "Answer with it, or ask for something else."


def too_many_calls(most: int) -> Problem:
    """For the model: it asked for more at once than is done."""
    return Problem(
        told=f"Not done: at most {most} tools are called at once.",
        hint="Ask a broader question, or answer with what you have.",
    )
