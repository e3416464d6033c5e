"""What the desk says, English beside Portuguese."""

from typing import Final

from resync_bot.alerts.desk.commands import Mistake, Order
from resync_bot.conversation.said import Counted, Said

# --- rules ---
FROM_NOW_ON: Final = Said("From now on this comes here: {what}.", "A partir de agora isto vem para cá: {what}.")
CALLS: Final = Said("What is critical calls {who}.", "O que for crítico chama {who}.")
OPEN_NOW: Final = Counted(
    Said("{n} alert about it is open and comes here now.", "{n} alerta sobre isso está aberto e vem para cá agora."),
    Said(
        "{n} alerts about it are open and come here now.", "{n} alertas sobre isso estão abertos e vêm para cá agora."
    ),
)
ALREADY: Final = Said("This comes here already: {what}.", "Isto já vem para cá: {what}.")
NO_MORE: Final = Said("This does not come here any more: {what}.", "Isto não vem mais para cá: {what}.")
TOO_MANY_RULES: Final = Said(
    "There are {n} rules here already; remove one first: `list my alerts`.",
    "Já há {n} regras aqui; remova uma primeiro: `listar meus alertas`.",
)
RULES: Final = Said("What comes here:", "O que vem para cá:")
NO_RULES: Final = Said("No rule sends alerts here.", "Nenhuma regra manda alertas para cá.")
RULE_EXAMPLE: Final = Said(
    "For example: `alert me here about PAY* on {engine}`", "Por exemplo: `me avise aqui sobre PAY* no {engine}`"
)
BY: Final = Said("set by {by}, {time}", "criada por {by}, {time}")
FROM_FILE: Final = Said("from the site's file, rule {name}", "do arquivo da instalação, regra {name}")
FROM_DEFAULT: Final = Said("the default: what no other rule means", "o padrão: o que nenhuma outra regra abrange")
NO_SUCH_RULE: Final = Said("There is no such rule here.", "Não há essa regra aqui.")
NOT_FROM_CHAT: Final = Said(
    "That rule is in the bot's settings; it is changed there and not from a chat.",
    "Essa regra está nas configurações do bot; é alterada lá e não pelo chat.",
)
REMOVE_HOW: Final = Said("Remove one with: `remove alert rule 1`", "Remova uma com: `remover regra 1`")

# --- the plan ---
MATCH_JOBS: Final = Counted(Said("{n} job", "{n} job"), Said("{n} jobs", "{n} jobs"))
MATCH_STREAMS: Final = Counted(Said("{n} job stream", "{n} job stream"), Said("{n} job streams", "{n} job streams"))
MATCH_WORKSTATIONS: Final = Counted(
    Said("{n} workstation", "{n} workstation"), Said("{n} workstations", "{n} workstations")
)
MATCH_PROMPTS: Final = Counted(Said("{n} prompt", "{n} prompt"), Said("{n} prompts", "{n} prompts"))
MATCHES: Final = Said("In the present plan it means {what}.", "No plano atual isso abrange {what}.")
MATCHES_NOTHING: Final = Said("Nothing in the present plan has that name.", "Nada no plano atual tem esse nome.")
DID_YOU_MEAN: Final = Said("Did you mean {names}?", "Você quis dizer {names}?")
NOT_COUNTED: Final = Said(
    "The engine does not answer now, so I cannot say how much of the plan that is.",
    "O motor não responde agora, então não sei dizer quanto do plano isso abrange.",
)

# --- silences ---
SILENT: Final = Said("Silent until {time}, everywhere: {what}.", "Em silêncio até {time}, em todos os lugares: {what}.")
OR_TICKET: Final = Said(
    "It ends earlier if somebody says `{ticket} is closed`.", "Termina antes se alguém disser `{ticket} foi fechada`."
)
AT_MOST: Final = Said("A silence lasts seven days at most.", "Um silêncio dura no máximo sete dias.")
RECAP: Final = Said(
    "When it ends, I tell here what it kept quiet.", "Quando terminar, conto aqui o que ficou em silêncio."
)
QUIET_NOW: Final = Counted(
    Said("{n} open alert falls silent by it.", "{n} alerta aberto fica em silêncio com isso."),
    Said("{n} open alerts fall silent by it.", "{n} alertas abertos ficam em silêncio com isso."),
)
OVER_ALREADY: Final = Said(
    "That time is over already; nothing was silenced.", "Esse horário já passou; nada foi silenciado."
)
SILENCE_LINE: Final = Said("{what} until {time}, by {by}", "{what} até {time}, por {by}")
BECAUSE: Final = Said("because {reason}", "porque {reason}")
FOR_TICKET: Final = Said("for {ticket}", "pela {ticket}")
SILENCES: Final = Said("Silent now:", "Em silêncio agora:")
NO_SILENCES: Final = Said("Nothing is silent.", "Nada está em silêncio.")
ENDED: Final = Said("The silence is over: {what}.", "O silêncio acabou: {what}.")
NO_SUCH_SILENCE: Final = Said("There is no such silence.", "Não há esse silêncio.")
NO_SILENCE_OF: Final = Said("No silence waits for {ticket}.", "Nenhum silêncio espera pela {ticket}.")
IS_PART_OF: Final = Said(
    "No silence is about just that; these mean it too:", "Nenhum silêncio é só sobre isso; estes também o abrangem:"
)
NOT_HERE: Final = Said(
    "Only where alerts are told may they be silenced; none are told here. First: `alert me here about {name}`",
    "Só onde os alertas chegam eles podem ser silenciados; aqui não chega nenhum."
    " Primeiro: `me avise aqui sobre {name}`",
)

# --- looking after an alert ---
YOURS: Final = Said("{by} looks after it: {what}.", "{by} está cuidando: {what}.")
LOOKED_AFTER: Final = Said("It is looked after now: {what}.", "Agora alguém está cuidando: {what}.")
TAKEN: Final = Said(
    "{by} looks after it already, since {time}: {what}.", "{by} já está cuidando, desde {time}: {what}."
)
RELEASED: Final = Said("Nobody looks after it any more: {what}.", "Ninguém mais está cuidando: {what}.")
NOBODYS: Final = Said("Nobody looked after it: {what}.", "Ninguém estava cuidando: {what}.")
OVER: Final = Said("That alert is over: {what}.", "Esse alerta já acabou: {what}.")
NO_SUCH_ALERT: Final = Said(
    "I know no such alert, or it is over for long.", "Não conheço esse alerta, ou acabou há muito tempo."
)
NO_ALERT_ABOUT: Final = Said(
    "No open alert that was told here is about that.", "Nenhum alerta aberto contado aqui é sobre isso."
)
NOT_TOLD_HERE: Final = Said(
    "That alert was not told here; it is looked after where it was told.",
    "Esse alerta não foi contado aqui; cuida-se dele onde foi contado.",
)
SEVERAL_ALERTS: Final = Counted(
    Said("{n} alert is meant by that:", "{n} alerta é abrangido por isso:"),
    Said("{n} alerts are meant by that; which one?", "{n} alertas são abrangidos por isso; qual deles?"),
)
OPEN: Final = Counted(
    Said("{n} alert is open here:", "{n} alerta aberto aqui:"),
    Said("{n} alerts are open here:", "{n} alertas abertos aqui:"),
)
NONE_OPEN: Final = Said("No alert is open here.", "Nenhum alerta aberto aqui.")
OPEN_ELSEWHERE: Final = Counted(
    Said("{n} more is open that was not told here.", "Mais {n} está aberto e não foi contado aqui."),
    Said("{n} more are open that were not told here.", "Mais {n} estão abertos e não foram contados aqui."),
)

# --- why was I not told ---
RECORD: Final = Said(
    "What became of {name} for this place, the newest first:", "O que houve com {name} para cá, o mais novo primeiro:"
)
NO_RECORD: Final = Said(
    "In the last seven days nothing was wrong with {name} that I saw.",
    "Nos últimos sete dias não vi nada de errado com {name}.",
)
NO_RECORD_HERE: Final = Counted(
    Said(
        "{name} was not meant for this place; in the last seven days it was told in {n} other place.",
        "{name} não era para cá; nos últimos sete dias foi contado em {n} outro lugar.",
    ),
    Said(
        "{name} was not meant for this place; in the last seven days it was told in {n} other places.",
        "{name} não era para cá; nos últimos sete dias foi contado em {n} outros lugares.",
    ),
)
NOT_MEANT: Final = Said(
    "{name} was not meant for this place; nowhere else was it told either.",
    "{name} não era para cá; em nenhum outro lugar foi contado também.",
)
KNOWN_HERE: Final = Said("that one was told here", "esse foi contado aqui")
UNKNOWN_HERE: Final = Said("that one was not told here", "esse não foi contado aqui")
WHY_NOT: Final = Said("Why not {name}?", "Por que não {name}?")
ONE_NAME: Final = Said("Ask for one name, without wildcards.", "Pergunte por um nome só, sem curingas.")
SEVERAL_OF_NAME: Final = Said("{n} jobs of the plan have that name.", "{n} jobs do plano têm esse nome.")
NOW_RULE: Final = Said(
    "If it fails now it is told here, by rule {n}: {what}.", "Se falhar agora, é contado aqui, pela regra {n}: {what}."
)
NOW_SILENT: Final = Said("Now it is silent: {silence}.", "Agora está em silêncio: {silence}.")
NOW_NO_RULE: Final = Said(
    "If it fails now it is not told here: no rule of this place means it.",
    "Se falhar agora, não é contado aqui: nenhuma regra daqui o abrange.",
)
NOW_NOT_DEFAULT: Final = Said(
    "If it fails now it is not told here: other rules mean it, and this place gets only what no rule means.",
    "Se falhar agora, não é contado aqui: outras regras o abrangem, e para cá só vem o que nenhuma regra abrange.",
)

# --- buttons ---
UNDO: Final = Said("Undo", "Desfazer")
MY_ALERTS: Final = Said("My alerts", "Meus alertas")
REMOVE: Final = Said("Remove {n}", "Remover {n}")
END: Final = Said("End {n}", "Encerrar {n}")
END_NOW: Final = Said("End it now", "Encerrar agora")
ACKNOWLEDGE: Final = Said("Acknowledge: {name}", "Reconhecer: {name}")
RELEASE: Final = Said("Release", "Soltar")
ALERT_HERE: Final = Said("Alert me here", "Me avise aqui")
REMOVE_ORDER: Final = Said("remove alert rule {id}", "remover regra {id}")
SILENCES_BUTTON: Final = Said("Silences", "Silêncios")
SILENCES_ORDER: Final = Said("list silences", "listar silêncios")
ALERT_ORDER: Final = Said("alert me here about {name}", "me avise aqui sobre {name}")

# --- what cannot be read ---
EXAMPLE: Final = Said("For example: `{example}`", "Por exemplo: `{example}`")
MISTAKES: Final[dict[Mistake, Said]] = {
    Mistake.NOTHING_NAMED: Said(
        "Nothing was changed: it is missing what this is about.", "Nada foi alterado: falta dizer sobre o que é."
    ),
    Mistake.NOT_UNDERSTOOD: Said(
        "Nothing was changed: I cannot read this part: {what}.",
        "Nada foi alterado: não consigo ler esta parte: {what}.",
    ),
    Mistake.UNKNOWN_PLACE: Said(
        "Nothing was changed: there is no engine {what}. There is {engines}. A workstation, stream or folder is said"
        " so: `on workstation FTA1`, `in stream DAILY`, `in folder /PAYROLL`.",
        "Nada foi alterado: não há motor {what}. Há {engines}. Workstation, stream ou pasta se diz assim:"
        " `na workstation FTA1`, `no stream DAILY`, `na pasta /PAYROLL`.",
    ),
    Mistake.NO_TIME: Said(
        "Nothing was changed: until when? A silence always ends.",
        "Nada foi alterado: até quando? Um silêncio sempre termina.",
    ),
    Mistake.NO_PERSON: Said(
        "Nothing was changed: I cannot call {what}. Say `here`, `channel` or an id of this platform.",
        "Nada foi alterado: não consigo chamar {what}. Diga `here`, `channel` ou um id desta plataforma.",
    ),
    Mistake.TOO_MANY: Said(
        "Nothing was changed: that is too many names at once.", "Nada foi alterado: são nomes demais de uma vez."
    ),
}
EXAMPLES: Final[dict[Order, Said]] = {
    Order.ALERT: Said("alert me here about PAY* on {engine}", "me avise aqui sobre PAY* no {engine}"),
    Order.STOP: Said("stop alerting me here about PAY*", "pare de me avisar sobre PAY*"),
    Order.SILENCE: Said("silence ETL_LOAD until 06:00 because CHG123", "silenciar ETL_LOAD até 06:00 porque CHG123"),
    Order.END_SILENCE: Said("end silence of ETL_LOAD", "encerrar silêncio de ETL_LOAD"),
    Order.ACKNOWLEDGE: Said("acknowledge ETL_LOAD", "reconhecer ETL_LOAD"),
    Order.RELEASE: Said("release alert ETL_LOAD", "soltar alerta ETL_LOAD"),
    Order.WHY_NOT_TOLD: Said("why was I not told about ETL_LOAD?", "por que não fui avisado sobre ETL_LOAD?"),
}
