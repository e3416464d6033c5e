"""The texts of the renderers, English beside Portuguese."""

from typing import Final

from resync_bot.conversation.said import Counted, Said
from resync_bot.tws.findings import Risk

# --- counts ---
JOBS: Final = Counted(Said("{n} job", "{n} job"), Said("{n} jobs", "{n} jobs"))
STREAMS: Final = Counted(Said("{n} stream", "{n} stream"), Said("{n} streams", "{n} streams"))
WORKSTATIONS: Final = Counted(Said("{n} workstation", "{n} workstation"), Said("{n} workstations", "{n} workstations"))
PROMPTS: Final = Counted(Said("{n} prompt", "{n} prompt"), Said("{n} prompts", "{n} prompts"))
OPEN_PROMPTS: Final = Counted(
    Said("{n} open prompt", "{n} prompt aberto"), Said("{n} open prompts", "{n} prompts abertos")
)
RESOURCES: Final = Counted(Said("{n} resource", "{n} recurso"), Said("{n} resources", "{n} recursos"))
CRITICAL_JOBS: Final = Counted(
    Said("{n} critical job", "{n} job crítico"), Said("{n} critical jobs", "{n} jobs críticos")
)
NO_JOB: Final = Said("**No job**", "**Nenhum job**")
NO_STREAM: Final = Said("**No stream**", "**Nenhum stream**")
NO_WORKSTATION: Final = Said("**No workstation** matches.", "**Nenhuma workstation** corresponde.")
NO_PROMPT: Final = Said("**No prompt** matches.", "**Nenhum prompt** corresponde.")
NO_OPEN_PROMPT: Final = Said(
    "**No open prompt**: nothing waits for an answer.", "**Nenhum prompt aberto**: nada espera resposta."
)
NO_RESOURCE: Final = Said("**No resource** matches.", "**Nenhum recurso** corresponde.")
NO_RESOURCE_IN_USE: Final = Said("**No resource** is in use.", "**Nenhum recurso** em uso.")
NO_CRITICAL: Final = Said("**No critical job** matches.", "**Nenhum job crítico** corresponde.")
NO_CRITICAL_AT_RISK: Final = Said("**No critical job is at risk** ({all}).", "**Nenhum job crítico em risco** ({all}).")
ALL_WORKSTATIONS_WELL: Final = Said(
    "**No workstation in trouble** ({all}).", "**Nenhuma workstation com problema** ({all})."
)
MORE: Final = Said("{n} more", "mais {n}")
OF_TOTAL: Final = Said("{n} of {total}", "{n} de {total}")

# --- the filter that was taken ---
ON_WORKSTATION: Final = Said("on {name}", "na workstation {name}")
IN_STREAM: Final = Said("in stream {name}", "no stream {name}")
IN_FOLDER: Final = Said("in folder {name}", "na pasta {name}")
NAMED: Final = Said("named {name}", "com nome {name}")
LATE: Final = Said("behind schedule", "em atraso")
CRITICAL: Final = Said("critical", "críticos")
NO_OPERATION: Final = Said("set not to run, so nothing was executed", "marcado para não rodar, nada foi executado")
LONGER_THAN: Final = Said("for more than {length}", "por mais de {length}")
IN_STATUS: Final = Said("in {status}", "em {status}")
OR: Final = Said("or", "ou")
AND: Final = Said("and", "e")
BETWEEN: Final = Said("between {start} and {end}, {zone}", "entre {start} e {end}, {zone}")

# --- column heads ---
JOB: Final = Said("Job", "Job")
STREAM: Final = Said("Stream", "Stream")
WORKSTATION: Final = Said("Workstation", "Workstation")
STATUS: Final = Said("Status", "Status")
RETURN_CODE: Final = Said("RC", "RC")
STARTED: Final = Said("Started", "Início")
ENDED: Final = Said("Ended", "Fim")
DURATION: Final = Said("Duration", "Duração")
RUNNING_FOR: Final = Said("Running for", "Rodando há")
USUALLY: Final = Said("Usually", "Normal")
REASON: Final = Said("Reason", "Motivo")
NOT_BEFORE: Final = Said("Not before", "Não antes de")
PROGRESS: Final = Said("Done", "Concluídos")
IN_ERROR: Final = Said("In error", "Em erro")
KIND: Final = Said("Type", "Tipo")
LINK: Final = Said("Link", "Link")
AGENT: Final = Said("Agent", "Agente")
LIMIT: Final = Said("Limit", "Limit")
FENCE: Final = Said("Fence", "Fence")
PROMPT: Final = Said("Prompt", "Prompt")
QUESTION: Final = Said("Question", "Pergunta")
FOR: Final = Said("Holds", "Segura")
ASKED: Final = Said("Asked", "Desde")
RESOURCE: Final = Said("Resource", "Recurso")
IN_USE: Final = Said("In use", "Em uso")
AVAILABLE: Final = Said("Free", "Livre")
HOLDERS: Final = Said("Held by", "Com quem")
RISK: Final = Said("Risk", "Risco")
DEADLINE: Final = Said("Deadline", "Prazo")
ESTIMATED_END: Final = Said("Estimated end", "Fim previsto")
SLACK: Final = Said("Slack", "Folga")
OBSTACLE: Final = Said("Obstacle", "Obstáculo")
SCHEDULED: Final = Said("Scheduled", "Agendado")
RUN: Final = Said("Run", "Execução")
LATEST_START: Final = Said("Latest start", "Início até")

# --- overview ---
OVERVIEW: Final = Said(
    "**{jobs}** in the plan of {engine} at {now}: {parts}.", "**{jobs}** no plano de {engine} às {now}: {parts}."
)
OVERVIEW_WELL: Final = Said("Nothing needs attention.", "Nada precisa de atenção.")
OVERVIEW_ATTENTION: Final = Said("Needs attention: {parts}.", "Precisa de atenção: {parts}.")
STREAMS_STUCK: Final = Counted(
    Said("**{n}** stream stuck", "**{n}** stream travado"), Said("**{n}** streams stuck", "**{n}** streams travados")
)
CRITICAL_OPEN: Final = Counted(
    Said("**{n}** critical job still has to end.", "**{n}** job crítico ainda tem que terminar."),
    Said("**{n}** critical jobs still have to end.", "**{n}** jobs críticos ainda têm que terminar."),
)
PROMPTS_OPEN: Final = Counted(
    Said("**{n}** open prompt", "**{n}** prompt aberto"), Said("**{n}** open prompts", "**{n}** prompts abertos")
)
WORKSTATIONS_IN_TROUBLE: Final = Counted(
    Said("**{n}** workstation in trouble", "**{n}** workstation com problema"),
    Said("**{n}** workstations in trouble", "**{n}** workstations com problema"),
)

# --- one job, one stream ---
JOB_IS: Final = Said("{job} is **{status}** ({word}){rest}.", "{job} está **{status}** ({word}){rest}.")
JOB_OF: Final = Said("Stream {stream} on {workstation}", "Stream {stream} na {workstation}")
STREAM_IS: Final = Said(
    "Stream {stream} is **{status}** ({word}){rest}.", "O stream {stream} está **{status}** ({word}){rest}."
)
WITH_RC: Final = Said("return code {rc}", "return code {rc}")
SINCE: Final = Said("since {time}", "desde {time}")
ENDED_AT: Final = Said("ended {time}", "terminou {time}")
TOOK: Final = Said("took {duration}", "levou {duration}")
FOR_NOW: Final = Said("for {duration} now", "há {duration}")
USUAL: Final = Said("usually {duration}", "normal: {duration}")
IS_LATE: Final = Said("behind schedule", "em atraso")
DEADLINE_PASSED: Final = Said("deadline passed", "prazo vencido")
NEEDS_CONFIRMATION: Final = Said("needs confirmation by an operator", "precisa de confirmação do operador")
CARRIED_FORWARD: Final = Said("carried forward", "carregado do plano anterior")
IS_CRITICAL: Final = Said("critical", "crítico")
JOB_COUNTS: Final = Said("{done} of {jobs} done", "{done} de {jobs} concluídos")
IN_ERROR_COUNT: Final = Said("{n} in error", "{n} em erro")
RUNNING_COUNT: Final = Said("{n} running", "{n} rodando")
SATISFIED: Final = Said("met", "satisfeita")
UNSATISFIED: Final = Said("not met", "não satisfeita")
JOBS_IN_TROUBLE: Final = Said("Jobs that failed or wait:", "Jobs com falha ou esperando:")
DEPENDS_ON: Final = Said("Depends on:", "Depende de:")

# --- asking back ---
WHICH: Final = Said("{name} fits **{n}**. Which one do you mean?", "{name} corresponde a **{n}**. Qual deles?")
WHICH_OF_LIST: Final = Said("**{n}** come into question. Which one do you mean?", "Há **{n}** possíveis. Qual deles?")
WHICH_OBJECTS: Final = Counted(Said("{n} object", "{n} objeto"), Said("{n} objects", "{n} objetos"))
WHICH_HOW: Final = Said(
    "Answer with its number or its stream; I show the first {shown}.",
    "Responda com o número ou o stream; mostro os {shown} primeiros.",
)
WHICH_HOW_ALL: Final = Said("Answer with its number or its stream.", "Responda com o número ou o stream.")
NO_MATCH: Final = Said("Nothing in the plan is called {name}.", "Nada no plano se chama {name}.")
NO_MATCH_SIMILAR: Final = Said("Did you mean {names}?", "Você quis dizer {names}?")
MATCHING: Final = Said("selected by {selection}", "selecionados por {selection}")
FOR_A_REASON: Final = Said("because of: {reasons}", "por motivo: {reasons}")
AT_LEAST_OF: Final = Said(
    "Only the first {n} of the plan were looked at: there may be more.",
    "Só os {n} primeiros do plano foram olhados: pode haver mais.",
)
NOTHING_TO_SHOW: Final = Said("{options} has nothing to show here.", "{options} não tem nada a mostrar aqui.")
ONLY_PRESENT_PLAN: Final = Said(
    "The plan holds the production day since {start} and what was carried forward into it: of earlier days I see only "
    "that.",
    "O plano tem o dia de produção desde {start} e o que foi carregado para ele: de dias anteriores só vejo isso.",
)
PLANNED: Final = Said(
    "**{streams}** and **{jobs}** with a time of their own are planned to start {span} and have not started.",
    "**{streams}** e **{jobs}** com horário próprio estão planejados para iniciar {span} e não iniciaram.",
)
PLANNED_NOTHING: Final = Said(
    "**Nothing** that has not started is planned to start {span}.",
    "**Nada** que ainda não iniciou está planejado para iniciar {span}.",
)
SINCE_THEN: Final = Said("from {start} on, {zone}", "a partir de {start}, {zone}")
EXPECTED: Final = Said(
    "**{jobs}** can be expected to start {span}, as far as usual durations go and nobody has to act first.",
    "**{jobs}** devem iniciar {span}, pelas durações normais e sem que ninguém precise agir antes.",
)
PLANNED_ONLY: Final = Said(
    "Planned times only: what they depend on may delay them.",
    "São só os horários planejados: as dependências podem atrasar.",
)
DOMAIN: Final = Said("Domain", "Domínio")
SYSTEM: Final = Said("System", "Sistema")
VERSION: Final = Said("Version", "Versão")
HOST: Final = Said("Host", "Host")
PRIORITY: Final = Said("Priority", "Prioridade")
LOGIN: Final = Said("Login", "Login")
COMMAND: Final = Said("Command", "Comando")
RECOVERY: Final = Said("Recovery", "Recovery")
DEPENDENCIES: Final = Said("Depends on", "Depende de")
TAKES: Final = Said("Took", "Levou")
NO_ENGINE: Final = Said(
    "I know no engine {name}. I can ask {known}: which one do you mean?",
    "Não conheço o motor {name}. Posso consultar {known}: qual deles?",
)
HINT: Final = Said("What may help: {hint}", "O que pode ajudar: {hint}")
ITEM_JOB: Final = Said("job {name} in {stream} on {workstation}", "job {name} do {stream} na {workstation}")
ITEM_STREAM: Final = Said("stream {name} on {workstation}", "stream {name} na {workstation}")
SCHEDULED_AT: Final = Said("scheduled {time}", "agendado {time}")

# --- job log ---
LOG_OF: Final = Said(
    "Log of {job}, lines {first} to {last} of {total}{rest}:", "Log do {job}, linhas {first} a {last} de {total}{rest}:"
)
LOG_ERRORS_OF: Final = Said("**{n}** in the log of {job}{rest}:", "**{n}** no log do {job}{rest}:")
LOG_ERROR_LINES: Final = Counted(
    Said("{n} error line", "{n} linha de erro"), Said("{n} error lines", "{n} linhas de erro")
)
LOG_NO_ERRORS: Final = Said(
    "No line of the log of {job} looks like an error{rest}.", "Nenhuma linha do log do {job} parece erro{rest}."
)
LOG_EMPTY: Final = Said("The log of {job} is empty{rest}.", "O log do {job} está vazio{rest}.")
LOG_MISSING: Final = Said("There is no log of {job}: {problem}", "Não há log do {job}: {problem}")
LOG_TELLING: Final = Said("Line {number} says it ({kind}): {line}", "A linha {number} diz o motivo ({kind}): {line}")
MESSAGE_UNKNOWN: Final = Said("I have no explanation of {id}. {severity}", "Não tenho explicação para {id}. {severity}")
SEVERITY: Final[dict[str, Said]] = {
    "E": Said("The E at its end says that it is an error.", "O E no final diz que é um erro."),
    "W": Said("The W at its end says that it is a warning.", "O W no final diz que é um aviso."),
    "I": Said("The I at its end says that it only informs.", "O I no final diz que só informa."),
}
MESSAGE_MEANS: Final = Said("{id}: {meaning}", "{id}: {meaning}")

# --- why it failed ---
FAILED: Final = Said("{job} ended in **{word}**{rest}.", "{job} terminou em **{word}**{rest}.")
COULD_NOT_START: Final = Said(
    "{job} **could not be started** ({word}{rest}): the agent never launched it, so there is no return code to read.",
    "{job} **não pôde ser iniciado** ({word}{rest}): o agente nem chegou a disparar, e não há return code para olhar.",
)
NOT_FAILED: Final = Said(
    "{job} has **not failed**: it is {status} ({word}).", "{job} **não falhou**: está {status} ({word})."
)
CAUSE_IN_LOG: Final = Said("Cause in the log, line {number} ({kind}):", "Causa no log, linha {number} ({kind}):")
NO_CAUSE_IN_LOG: Final = Said(
    "No line of its log looks like an error; it ends with:", "Nenhuma linha do log parece erro; ele termina com:"
)
LOG_UNREADABLE: Final = Said("Its log could not be read: {problem}", "Não foi possível ler o log: {problem}")
AT_TIME: Final = Said("at {time}", "às {time}")
ON_DAY: Final = Said("on {time}", "em {time}")
ON: Final = Said("on {workstation}", "na {workstation}")
AFTER: Final = Said("after {duration}", "depois de {duration}")
NO_LOG_OF_RUN: Final = Said("the engine has none of this run, or no longer.", "o motor não tem o desta execução.")
AGENT_HAS_LOG: Final = Said(
    "it lies on {workstation}, whose agent does not answer.", "ele está na {workstation}, cujo agente não responde."
)
RERUN_RUNS_NOW: Final = Said(
    "**A rerun is under way**: wait for its end before acting.",
    "**Um rerun está em andamento**: espere terminar antes de agir.",
)
RECOVERY_TRIED: Final = Said("What followed: {runs}.", "O que veio depois: {runs}.")
RECOVERY_JOB: Final = Said("recovery job {name} {word}", "job de recovery {name} {word}")
RERUN_WORD: Final = Said("rerun {word}", "rerun {word}")
UPSTREAM: Final = Said(
    "The first failure upstream is {job}: {word}{rest}.", "A primeira falha acima dele é {job}: {word}{rest}."
)

SUCCESS_CODES: Final = Said(
    "Only {codes} counts as success for this job.", "Para este job só {codes} conta como sucesso."
)
ELSEWHERE_FAILED: Final = Said(
    "The same job failed elsewhere too, **{n} of {all}**: {where}.",
    "O mesmo job falhou também em outros lugares, **{n} de {all}**: {where}.",
)
ELSEWHERE_WELL: Final = Counted(
    Said(
        "The same job is {n} more time in the plan and did not fail there.",
        "O mesmo job aparece mais {n} vez no plano e lá não falhou.",
    ),
    Said(
        "The same job is {n} more times in the plan and did not fail there.",
        "O mesmo job aparece mais {n} vezes no plano e lá não falhou.",
    ),
)

# --- what it blocks ---
BLOCKS: Final = Said("{job} holds up **{jobs}**{rest}.", "{job} segura **{jobs}**{rest}.")
AT_LEAST: Final = Said("at least {jobs}", "pelo menos {jobs}")
IN_STREAMS: Final = Said(" in {streams}", " em {streams}")
BLOCKS_NOTHING: Final = Said(
    "{job} holds up **nothing**: no open job depends on it.",
    "{job} **não segura nada**: nenhum job em aberto depende dele.",
)
BLOCKS_CRITICAL: Final = Said("Critical: {jobs}.", "Críticos: {jobs}.")
STREAM_NAMED: Final = Said("stream {name}", "stream {name}")
FIRST_DEADLINE: Final = Said("First deadline: {job} {time}.", "Primeiro prazo: {job} {time}.")
STILL_IN_TIME: Final = Said(
    "If all were let go now, it would end {end}, {slack} before.",
    "Se tudo fosse liberado agora, terminaria {end}, {slack} antes.",
)
TOO_LATE_ALREADY: Final = Said(
    "Even if all were let go now, it would end {end}, **{slack} too late**.",
    "Mesmo que tudo fosse liberado agora, terminaria {end}, **{slack} atrasado**.",
)
NEXT_JOBS: Final = Said("Directly behind it: {jobs}.", "Logo atrás dele: {jobs}.")
AFFECTED_STREAMS: Final = Said("Streams: {streams}.", "Streams: {streams}.")
DUE: Final = Said("{job} (deadline {time})", "{job} (prazo {time})")

# --- workstations, resources ---
LINKED: Final = Said("linked", "linkada")
UNLINKED: Final = Said("**unlinked**", "**sem link**")
UP: Final = Said("running", "no ar")
DOWN: Final = Said("**down**", "**parado**")
NO_LIMIT: Final = Said("system", "system")
IN_TROUBLE: Final = Said("in trouble", "com problema")
IN_USE_OF: Final = Said("**{n} of {all}** in use:", "**{n} de {all}** em uso:")
UNITS: Final = Said("{in_use} of {quantity}", "{in_use} de {quantity}")
HOLDER: Final = Said("{job} ({quantity})", "{job} ({quantity})")

# --- critical jobs ---
SLACK_LATE: Final = Said("{duration} too late", "{duration} de atraso")
RISK_OF_MISSING: Final[dict[Risk, Said]] = {
    Risk.MISSED: Said("{job} **has missed its deadline**{deadline}", "{job} **perdeu o prazo**{deadline}"),
    Risk.HIGH: Said(
        "{job} is at **high risk** of missing its deadline{deadline}",
        "{job} está com **risco alto** de perder o prazo{deadline}",
    ),
    Risk.POTENTIAL: Said("{job} **may miss its deadline**{deadline}", "{job} **pode perder o prazo**{deadline}"),
    Risk.ON_TRACK: Said("{job} is **on track** for its deadline{deadline}", "{job} **está no prazo**{deadline}"),
    Risk.DONE: Said("{job} **has ended** before its deadline{deadline}", "{job} **terminou** antes do prazo{deadline}"),
}
DEADLINE_AT: Final = Said(" ({time})", " ({time})")
EXPECTED_AT: Final = Said("its end is expected {time}", "fim previsto {time}")
SLACK_OF: Final = Said("{duration} before the deadline", "{duration} antes do prazo")
SLACK_OVER: Final = Said("{duration} after the deadline", "{duration} depois do prazo")
IN_THE_WAY: Final = Said("In the way: {job} ({word}).", "No caminho: {job} ({word}).")
STATUS_NOW: Final = Said("Status: {status} ({word}).", "Status: {status} ({word}).")
CRITICAL_AT_RISK_OF: Final = Said("**{n} of {all}** at risk:", "**{n} de {all}** em risco:")
