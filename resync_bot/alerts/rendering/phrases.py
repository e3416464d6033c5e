"""The texts of alerts, English beside Portuguese."""

from typing import Final

from resync_bot.alerts.model import Ending, Severity, StoryKind, TroubleKind
from resync_bot.conversation.said import Counted, Said

# --- how much it matters ---
SEVERITY: Final[dict[Severity, Said]] = {
    Severity.WARNING: Said("Warning", "Aviso"),
    Severity.ERROR: Said("Error", "Erro"),
    Severity.CRITICAL: Said("Critical", "Crítico"),
}

# --- what is wrong ---
FAILED: Final = Said("{name} failed", "{name} falhou")
COULD_NOT_START: Final = Said("{name} could not be started", "{name} não pôde ser iniciado")
STUCK: Final = Said("stream {name} is stuck", "stream {name} travado")
PROMPT: Final = Said("prompt {name} waits for an answer", "prompt {name} espera resposta")
LATE: Final = Said("{name} is late: it has not started", "{name} em atraso: ainda não iniciou")
MISSED: Final = Said("{name} missed its deadline", "{name} perdeu o prazo")
AT_RISK: Final = Said("{name} is at risk of missing its deadline", "{name} em risco de perder o prazo")
AT_RISK_BY: Final = Said(
    "{name} is going to miss its deadline by {duration}", "{name} vai perder o prazo por {duration}"
)
STOPPED: Final = Said("workstation {name} is stopped", "workstation {name} parada")
UNLINKED: Final = Said("workstation {name} is unlinked", "workstation {name} sem link")
DOWN: Final = Said("workstation {name} is down", "workstation {name} fora do ar")
ENGINE_AWAY: Final = Said("engine {name} does not answer", "motor {name} não responde")
# The same of what is over; what is not here is told alike.
WAS: Final[dict[Said, Said]] = {
    STUCK: Said("stream {name} was stuck", "stream {name} estava travado"),
    PROMPT: Said("prompt {name}", "prompt {name}"),
    LATE: Said("{name} was late", "{name} estava em atraso"),
    AT_RISK: Said("{name} was at risk of missing its deadline", "{name} estava em risco de perder o prazo"),
    AT_RISK_BY: Said("{name} was at risk of missing its deadline", "{name} estava em risco de perder o prazo"),
    STOPPED: Said("workstation {name} was stopped", "workstation {name} estava parada"),
    UNLINKED: Said("workstation {name} was unlinked", "workstation {name} estava sem link"),
    DOWN: Said("workstation {name} was down", "workstation {name} estava fora do ar"),
    ENGINE_AWAY: Said("engine {name} did not answer", "motor {name} não respondia"),
}
WITH_RC: Final = Said("return code {rc}", "return code {rc}")
CRITICAL_JOB: Final = Said("critical job", "job crítico")

# --- where and when ---
STREAM: Final = Said("Stream {name}", "Stream {name}")
ON: Final = Said("on {workstation}", "na {workstation}")
WHEN: Final[dict[TroubleKind, Said]] = {
    TroubleKind.JOB_FAILED: Said("failed {time}", "falhou {time}"),
    TroubleKind.STREAM_STUCK: Said("stuck since {time}", "travado desde {time}"),
    TroubleKind.PROMPT_WAITING: Said("asked {time}", "aberto {time}"),
    TroubleKind.JOB_LATE: Said("should have started by {time}", "deveria ter iniciado até {time}"),
    TroubleKind.DEADLINE_MISSED: Said("was due {time}", "prazo era {time}"),
    TroubleKind.DEADLINE_AT_RISK: Said("seen {time}", "visto {time}"),
    TroubleKind.WORKSTATION_DOWN: Said("since {time}", "desde {time}"),
    TroubleKind.ENGINE_AWAY: Said("since {time}", "desde {time}"),
}
DUE: Final = Said("due {time}", "prazo {time}")
MAKES_THE_PLAN: Final = Said(
    "**It makes the next plan**: until it has run, production gets no new plan.",
    "**Ele gera o próximo plano**: enquanto não rodar, a produção não tem plano novo.",
)
WATCHES_NOTHING: Final = Said(
    "**Nothing of its plan is watched until it answers**: what fails meanwhile is told then.",
    "**Nada do plano dele é observado até que responda**: o que falhar nesse meio tempo é avisado depois.",
)
REFUSES_LOGIN: Final = Said("It refuses the bot's login.", "Ele recusa o login do bot.")
HAS_NO_PLAN: Final = Said("It is up, but has no answer about its plan.", "Está no ar, mas não responde sobre o plano.")
ANSWERS_WITH_ERRORS: Final = Said("It answers with errors.", "Ele responde com erros.")
NOT_REACHED: Final = Said("It cannot be reached.", "Ele não é alcançado.")
HELD_UP_BY: Final = Said("Held up by {name}.", "Segurado por {name}.")
REPLY_TO_PROMPT: Final = Said(
    "Answer it in conman: {yes} lets the plan go on, {no} does not.",
    "Responda no conman: {yes} libera o plano, {no} não.",
)

# --- how often, and how it usually ends ---
FIRST_FAILURE: Final = Said("**First failure** that I know of.", "**Primeira falha** que conheço.")
FIRST_THIS_WEEK: Final = Said("**First failure this week.**", "**Primeira falha desta semana.**")
NTH_THIS_WEEK: Final = Said("**{nth} failure this week.**", "**{nth} falha nesta semana.**")
USUALLY: Final = Counted(
    Said(
        "The earlier time it was over within a day, after {duration}.",
        "Da vez anterior se resolveu em um dia, depois de {duration}.",
    ),
    Said(
        "{healed} of {n} earlier times it was over within a day, usually after {duration}.",
        "Em {healed} de {n} vezes anteriores se resolveu em um dia, em geral depois de {duration}.",
    ),
)
ALWAYS: Final = Said(
    "All {n} earlier times it was over within a day, usually after {duration}.",
    "Nas {n} vezes anteriores sempre se resolveu em um dia, em geral depois de {duration}.",
)
USUALLY_NOT: Final = Counted(
    Said("The earlier time it was not over within a day.", "Da vez anterior não se resolveu em um dia."),
    Said(
        "None of the {n} earlier times was over within a day.",
        "Nenhuma das {n} vezes anteriores se resolveu em um dia.",
    ),
)
AGAIN_HERE: Final = Said("Failed {n} times since this alert.", "Falhou {n} vezes desde este alerta.")

# --- the log ---
NO_LOG: Final = Said("No log: {problem}", "Sem log: {problem}")
UPSTREAM: Final = Said("First failure upstream: {name}.", "Primeira falha acima: {name}.")

# --- what it holds up ---
JOBS: Final = Counted(Said("{n} job", "{n} job"), Said("{n} jobs", "{n} jobs"))
STREAMS: Final = Counted(Said("{n} stream", "{n} stream"), Said("{n} streams", "{n} streams"))
IN_STREAMS: Final = Said("{jobs} in {streams}", "{jobs} em {streams}")
HOLDS_UP: Final = Said("Holds up **{jobs}**", "Segura **{jobs}**")
WAIT_FOR_IT: Final = Said("**{jobs}** held up by it", "**{jobs}** parados por isso")
HOLDS_NOTHING: Final = Said("Holds up nothing else.", "Não segura mais nada.")
DEADLINE_OF: Final = Said("{name} due {time}", "{name} com prazo {time}")
AT_RISK_BY_MUCH: Final = Said("**at risk by {duration}**", "**atraso previsto de {duration}**")
TIME_LEFT: Final = Said("{duration} to spare", "com {duration} de folga")
CRITICAL: Final = Said("critical: {names}", "críticos: {names}")

# --- what belongs to it ---
BELONGS: Final = Said("Belongs to it: {parts}.", "Faz parte: {parts}.")
MEMBERS: Final[dict[TroubleKind, Counted]] = {
    TroubleKind.JOB_FAILED: Counted(
        Said("{n} more failed ({names})", "mais {n} falhou ({names})"),
        Said("{n} more failed ({names})", "mais {n} falharam ({names})"),
    ),
    TroubleKind.STREAM_STUCK: Counted(
        Said("{n} stream stuck ({names})", "{n} stream travado ({names})"),
        Said("{n} streams stuck ({names})", "{n} streams travados ({names})"),
    ),
    TroubleKind.PROMPT_WAITING: Counted(
        Said("{n} prompt waiting ({names})", "{n} prompt esperando ({names})"),
        Said("{n} prompts waiting ({names})", "{n} prompts esperando ({names})"),
    ),
    TroubleKind.JOB_LATE: Counted(
        Said("{n} job late ({names})", "{n} job em atraso ({names})"),
        Said("{n} jobs late ({names})", "{n} jobs em atraso ({names})"),
    ),
    TroubleKind.DEADLINE_MISSED: Counted(
        Said("{n} deadline missed ({names})", "{n} prazo perdido ({names})"),
        Said("{n} deadlines missed ({names})", "{n} prazos perdidos ({names})"),
    ),
    TroubleKind.DEADLINE_AT_RISK: Counted(
        Said("{n} deadline at risk ({names})", "{n} prazo em risco ({names})"),
        Said("{n} deadlines at risk ({names})", "{n} prazos em risco ({names})"),
    ),
    TroubleKind.WORKSTATION_DOWN: Counted(
        Said("{n} workstation down ({names})", "{n} workstation fora do ar ({names})"),
        Said("{n} workstations down ({names})", "{n} workstations fora do ar ({names})"),
    ),
    TroubleKind.ENGINE_AWAY: Counted(
        Said("{n} engine without an answer ({names})", "{n} motor sem resposta ({names})"),
        Said("{n} engines without an answer ({names})", "{n} motores sem resposta ({names})"),
    ),
}
STILL_WRONG: Final = Said("{open} of {n} still open.", "{open} de {n} ainda em aberto.")

# --- how it stands ---
NOBODY: Final = Said("Nobody looks after it yet.", "Ninguém assumiu ainda.")
LOOKED_AFTER: Final = Said("**{by}** looks after it since {time}.", "**{by}** cuida disso desde {time}.")
RECOVERING: Final = Said("**Recovering by itself.**", "**Em recuperação automática.**")
RECOVERING_NTH: Final = Said(
    "**Recovering by itself**: attempt {attempt}.", "**Em recuperação automática**: tentativa {attempt}."
)
RECOVERING_OF: Final = Said(
    "**Recovering by itself**: attempt {attempt} of {of}.",
    "**Em recuperação automática**: tentativa {attempt} de {of}.",
)
RERUNNING: Final = Said("**It runs again.**", "**Está rodando de novo.**")
ESCALATED: Final = Said("**The last automatic rerun failed too.**", "**O último rerun automático também falhou.**")
ENDED: Final[dict[Ending, Said]] = {
    Ending.SUCCEEDED: Said("recovered", "recuperado"),
    Ending.RUNNING: Said("runs again", "rodando de novo"),
    Ending.CANCELED: Said("cancelled", "cancelado"),
    Ending.CONFIRMED: Said("declared successful", "confirmado com sucesso"),
    Ending.STARTED: Said("went on", "seguiu adiante"),
    Ending.ANSWERED: Said("answered", "respondido"),
    Ending.BACK: Said("back", "de volta"),
    Ending.IN_TIME: Said("in time again", "no prazo de novo"),
    Ending.LEFT_PLAN: Said("no longer in the plan", "fora do plano"),
}
OVER: Final = Said("over", "resolvido")
AFTER: Final = Said("{ending} after {duration}", "{ending} depois de {duration}")
OVER_SINCE: Final = Said("Over since {time}.", "Resolvido desde {time}.")
OVER_BY: Final = Said("Resolved {time} by **{by}**.", "Resolvido {time} por **{by}**.")
WAS_LOOKED_AFTER: Final = Said("**{by}** looked after it.", "**{by}** cuidou disso.")

# --- the story ---
STORY: Final[dict[StoryKind, Said]] = {
    StoryKind.OPENED: Said("alert opened", "alerta aberto"),
    StoryKind.FAILED_AGAIN: Said("{subject} failed again", "{subject} falhou de novo"),
    StoryKind.RECOVERING: Said("automatic recovery runs", "recuperação automática em andamento"),
    StoryKind.ESCALATED: Said(
        "the last automatic rerun failed too: somebody has to look",
        "o último rerun automático também falhou: alguém precisa ver",
    ),
    StoryKind.RERUNNING: Said("{subject} runs again", "{subject} roda de novo"),
    StoryKind.ACKNOWLEDGED: Said("**{by}** looks after it", "**{by}** assumiu"),
    StoryKind.RELEASED: Said("**{by}** no longer looks after it", "**{by}** não cuida mais disso"),
    StoryKind.SILENCED: Said("silenced by **{by}**", "silenciado por **{by}**"),
    StoryKind.SILENCE_ENDED: Said("the silence is over", "o silêncio terminou"),
    StoryKind.REMINDED: Said("**still open**, and nobody looks after it", "**ainda aberto**, e ninguém assumiu"),
}
JOINED: Final = Counted(
    Said("1 more belongs to it", "mais 1 faz parte"), Said("{n} more belong to it", "mais {n} fazem parte")
)
JOINED_NAMED: Final = Counted(Said("1 more belongs to it: {subject}", "mais 1 faz parte: {subject}"), JOINED.many)
RECOVERED: Final = Said("{subject} recovered after {duration}", "{subject} se recuperou depois de {duration}")
RECOVERED_OTHERWISE: Final = Said("{subject}: {ending} after {duration}", "{subject}: {ending} depois de {duration}")
RESOLVED: Final = Said("**resolved**: {ending}", "**resolvido**: {ending}")
RESOLVED_BY: Final = Said("**resolved** by **{by}**: {ending}", "**resolvido** por **{by}**: {ending}")
EARLIER: Final = Counted(Said("… and {n} earlier", "… e {n} anterior"), Said("… and {n} earlier", "… e {n} anteriores"))

# --- a storm's board ---
STORM: Final = Said("**Alert storm** since {time}: {causes}", "**Tempestade de alertas** desde {time}: {causes}")
STORM_OVER: Final = Said(
    "**The storm that began {time} is over**: {causes}", "**A tempestade iniciada {time} passou**: {causes}"
)
CAUSES: Final = Counted(Said("**{n} cause**", "**{n} causa**"), Said("**{n} causes**", "**{n} causas**"))
FAILURES: Final = Counted(Said("**{n} problem**", "**{n} problema**"), Said("**{n} problems**", "**{n} problemas**"))
OPEN_NOW: Final = Said("{causes}, {failures}; {open} still open.", "{causes}, {failures}; {open} em aberto.")
BOARD_CAUSE: Final = Said("Cause", "Causa")
BOARD_WHAT: Final = Said("What", "O quê")
BOARD_PROBLEMS: Final = Said("Problems", "Problemas")
BOARD_HOLDS: Final = Said("Holds up", "Segura")
BOARD_STATE: Final = Said("State", "Situação")
KIND: Final[dict[TroubleKind, Said]] = {
    TroubleKind.JOB_FAILED: Said("failed", "falhou"),
    TroubleKind.STREAM_STUCK: Said("stuck", "travado"),
    TroubleKind.PROMPT_WAITING: Said("prompt", "prompt"),
    TroubleKind.JOB_LATE: Said("late", "em atraso"),
    TroubleKind.DEADLINE_MISSED: Said("deadline missed", "prazo perdido"),
    TroubleKind.DEADLINE_AT_RISK: Said("deadline at risk", "prazo em risco"),
    TroubleKind.WORKSTATION_DOWN: Said("workstation down", "workstation fora"),
    TroubleKind.ENGINE_AWAY: Said("engine away", "motor fora"),
}
STATE_OPEN: Final = Said("open", "aberto")
STATE_RECOVERING: Final = Said("recovering", "recuperando")
STATE_RERUNNING: Final = Said("runs again", "rodando de novo")
BOARD_RECOVERED: Final = Counted(
    Said("**{n} cause** is over: {names}.", "**{n} causa** resolvida: {names}."),
    Said("**{n} causes** are over: {names}.", "**{n} causas** resolvidas: {names}."),
)
BOARD_LEAVES: Final = Said(
    "This message is kept up to date in place of one for each. It ends by itself after {calm} without a new cause.",
    "Esta mensagem se atualiza no lugar de uma para cada causa. Termina sozinha após {calm} sem causa nova.",
)
BOARD_LEFT: Final = Said(
    "New alerts come one by one again; this message follows what is still open on it.",
    "Novos alertas voltam a vir um a um; esta mensagem acompanha o que ainda está aberto nela.",
)
BOARD_DONE: Final = Said("Everything on it is over.", "Tudo o que havia nela está resolvido.")

# --- what a pattern means ---
PATTERN_NAME: Final = Said("{name}", "{name}")
PATTERN_JOB: Final = Said("job {name}", "job {name}")
PATTERN_STREAM: Final = Said("stream {name}", "stream {name}")
PATTERN_FOLDER: Final = Said("in folder {name}", "na pasta {name}")
PATTERN_WORKSTATION: Final = Said("on workstation {name}", "na workstation {name}")
PATTERN_ENGINE: Final = Said("on engine {name}", "no motor {name}")
PATTERN_ANYTHING: Final = Said("everything", "tudo")
KINDS: Final[dict[TroubleKind, Said]] = {
    TroubleKind.JOB_FAILED: Said("failures", "falhas"),
    TroubleKind.STREAM_STUCK: Said("stuck streams", "streams travados"),
    TroubleKind.PROMPT_WAITING: Said("prompts", "prompts"),
    TroubleKind.JOB_LATE: Said("late jobs", "jobs em atraso"),
    TroubleKind.DEADLINE_MISSED: Said("missed deadlines", "prazos perdidos"),
    TroubleKind.DEADLINE_AT_RISK: Said("deadlines at risk", "prazos em risco"),
    TroubleKind.WORKSTATION_DOWN: Said("workstations that are down", "workstations fora do ar"),
    TroubleKind.ENGINE_AWAY: Said("engines that do not answer", "motores que não respondem"),
}
ONLY_SEVERITY: Final = Said("only what is {severity}", "só o que é {severity}")
AND_WORSE: Final = Said("{severity} and worse", "{severity} ou pior")
ONLY_CRITICAL: Final = Said("only what endangers critical jobs", "só o que põe jobs críticos em risco")

# --- a silence's recap ---
RECAP: Final = Said("**Silence over**: {what}", "**Fim do silêncio**: {what}")
SILENCE_OF: Final = Said("by {by}, {start} to {end}", "por {by}, de {start} até {end}")
TICKET: Final = Said("ticket {ticket}", "ticket {ticket}")
RECAP_NOTHING: Final = Said("Nothing happened meanwhile.", "Nada aconteceu nesse tempo.")
RECAP_COUNT: Final = Counted(
    Said("**{n} alert** was kept quiet, {open} still open:", "**{n} alerta** foi silenciado, {open} em aberto:"),
    Said("**{n} alerts** were kept quiet, {open} still open:", "**{n} alertas** foram silenciados, {open} em aberto:"),
)

# --- what could not be delivered ---
UNDELIVERED: Final = Said(
    "**Could not be delivered** to {place}: {what}", "**Não pôde ser entregue** em {place}: {what}"
)
UNDELIVERED_WHY: Final = Said("Reason: {problem}", "Motivo: {problem}")
ATTEMPTS: Final = Counted(Said("{n} attempt", "{n} tentativa"), Said("{n} attempts", "{n} tentativas"))
NO_REASON: Final = Said("the platform gave no reason", "a plataforma não deu motivo")

# --- a shift's digest ---
DIGEST: Final = Said("**Shift digest**, {start} to {end}", "**Resumo do turno**, {start} até {end}")
DIGEST_COUNTS: Final = Said(
    "{open} open, {acknowledged} of them looked after; {resolved} resolved.",
    "{open} em aberto, {acknowledged} com alguém cuidando; {resolved} resolvidos.",
)
DIGEST_CALM: Final = Said("Nothing is open.", "Nada em aberto.")
DIGEST_WAS: Final = Counted(
    Said("{n} alert was resolved.", "{n} alerta foi resolvido."),
    Said("{n} alerts were resolved.", "{n} alertas foram resolvidos."),
)
DIGEST_OPEN: Final = Said("**Open**", "**Em aberto**")
DIGEST_RESOLVED: Final = Counted(
    Said("**Resolved since {time}**: {n}", "**Resolvido desde {time}**: {n}"),
    Said("**Resolved since {time}**: {n}", "**Resolvidos desde {time}**: {n}"),
)
DIGEST_SILENCES: Final = Said("**Silences**", "**Silêncios**")
DIGEST_SILENCE: Final = Said("{what} until {time}, by {by}", "{what} até {time}, por {by}")
DIGEST_DEADLINES: Final = Said("**Deadlines until {time}**", "**Prazos até {time}**")
DIGEST_NO_RISK: Final = Said("No deadline until {time} is known to be at risk.", "Nenhum prazo até {time} em risco.")
DIGEST_DUE: Final = Said("{name} due {time}", "{name} com prazo {time}")
LATE_BY: Final = Said("**{duration} too late**", "**{duration} de atraso**")
SINCE: Final = Said("since {time}", "desde {time}")
MORE: Final = Said("{n} more", "mais {n}")
NOBODY_YET: Final = Said("nobody yet", "ninguém ainda")

# --- buttons ---
ACKNOWLEDGE: Final = Said("Acknowledge", "Reconhecer")
RELEASE: Final = Said("Release", "Soltar")
SHOW_LOG: Final = Said("Show log", "Ver log")
WHY: Final = Said("Why?", "Por quê?")
BLOCKS: Final = Said("What it blocks", "O que bloqueia")
HOLDS: Final = Said("What waits", "O que espera")
MAKES_IT: Final = Said("Will it make it?", "Vai dar tempo?")
PROMPTS: Final = Said("Open prompts", "Prompts abertos")
STATUS: Final = Said("Status", "Situação")
SILENCE: Final = Said("Silence 1 h", "Silenciar 1 h")
