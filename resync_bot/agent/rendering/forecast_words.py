"""When something ends: the texts of the verdicts, of what has to happen first, and of what makes it unsure."""

from typing import Final

from resync_bot.conversation.said import Counted, Said
from resync_bot.tws.findings import CauseKind, DoubtKind, Verdict
from resync_bot.tws.history.durations import Season

# Placeholders: {name} is what was asked about, {due} the time it is to make, {end} when it ends (`at 04:20`) and {time}
# the same alone (`04:20`), {slack} between them.
VERDICT: Final[dict[Verdict, Said]] = {
    Verdict.ENDED_IN_TIME: Said(
        "{name} **has ended** {end}, {slack} before {due}.", "{name} **já terminou** {end}, {slack} antes de {due}."
    ),
    Verdict.ENDED_LATE: Said(
        "{name} **ended too late**: {end}, {slack} after {due}.",
        "{name} **terminou atrasado**: {end}, {slack} depois de {due}.",
    ),
    Verdict.MISSED: Said("{name} **has missed** {due}.", "{name} **perdeu o prazo** de {due}."),
    Verdict.IN_TIME: Said(
        "{name} **makes {due}**: its end is expected {end}, {slack} before.",
        "{name} **cumpre {due}**: fim previsto {end}, {slack} antes.",
    ),
    Verdict.TIGHT: Said(
        "It is **tight** for {name}: its end is expected {end}, and it is due {due}.",
        "Está **apertado** para {name}: fim previsto {end}, com prazo {due}.",
    ),
    Verdict.LATE: Said(
        "{name} **does not make {due}**: its end is expected {end}, {slack} after.",
        "{name} **não cumpre {due}**: fim previsto {end}, {slack} depois.",
    ),
    Verdict.UNKNOWN: Said(
        "{name} **waits for somebody to act**, so whether it makes {due} is open: it ends not before {time}, "
        "if that happens now.",
        "{name} **depende de alguém agir**, então não dá para dizer se cumpre {due}: não termina antes de {time}, "
        "se isso acontecer agora.",
    ),
    Verdict.NO_TIME: Said("{name} is expected to **end {end}**.", "Fim previsto de {name}: **{end}**."),
}
# Where somebody has to act first.
LATE_EVEN_SO: Final = Said(
    "{name} **cannot make {due} any more**: even if all that it waits for were let go now, it ends not before {time}, "
    "{slack} after.",
    "{name} **já não cumpre {due}**: mesmo que tudo o que espera fosse liberado agora, não termina antes de {time}, "
    "{slack} depois.",
)
NOT_BEFORE: Final = Said(
    "{name} **waits for somebody to act**: it ends **not before {time}**, if that happens now.",
    "{name} **depende de alguém agir**: **não termina antes de {time}**, se isso acontecer agora.",
)
EXPECTED: Final = Said("Its end is expected {end}.", "Fim previsto {end}.")
EXPECTED_NOT_BEFORE: Final = Said(
    "It ends not before {time}, if what it waits for is let go now.",
    "Não termina antes de {time}, se o que espera for liberado agora.",
)
ENDED: Final = Said("{name} **has ended** {end}.", "{name} **já terminou** {end}.")
# Where something runs longer than usual: {job} is that, {elapsed} how long so far, {usual} how long it usually takes.
ITSELF_OVERDUE: Final = Said(
    "{name} **already runs longer than usual**: {elapsed} so far, usually {usual}.",
    "{name} **já está rodando mais que o normal**: {elapsed} até agora, normalmente {usual}.",
)
BEHIND_OVERDUE: Final = Said(
    "{name} waits for {job}, which **already runs longer than usual**: {elapsed} so far, usually {usual}.",
    "{name} espera {job}, que **já está rodando mais que o normal**: {elapsed} até agora, normalmente {usual}.",
)
OVERDUE: Final[dict[Verdict, Said]] = {
    Verdict.UNKNOWN: Said(
        "How much longer nobody can tell, so whether {name} makes {due} is open: it ends not before {time}.",
        "Quanto falta ninguém sabe, então não dá para dizer se {name} cumpre {due}: não termina antes de {time}.",
    ),
    Verdict.LATE: Said(
        "{name} **does not make {due} any more**: even if that ended now, it ends not before {time}, {slack} after.",
        "{name} **já não cumpre {due}**: mesmo que isso terminasse agora, não termina antes de {time}, {slack} depois.",
    ),
    Verdict.MISSED: Said(
        "{name} **has missed {due}** and ends not before {time}.",
        "{name} **perdeu o prazo** de {due} e não termina antes de {time}.",
    ),
    Verdict.NO_TIME: Said(
        "How much longer nobody can tell: {name} ends **not before {time}**.",
        "Quanto falta ninguém sabe: {name} **não termina antes de {time}**.",
    ),
}
GIVE_OR_TAKE: Final = Said("Give or take {margin}.", "Com margem de {margin}.")
# What it rests on. Of one job: {usual} is how long it takes, {runs} by how many runs, {estimate} what the engine says.
AS_USUAL: Final = Said(
    "It usually takes {usual} (last {runs} good runs{season}).",
    "Normalmente leva {usual} (últimas {runs} execuções boas{season}).",
)
AS_ESTIMATED: Final = Said("By the engine's estimate it takes {usual}.", "Pela estimativa do engine, leva {usual}.")
AS_ASSUMED: Final = Said(
    "Neither the engine nor past runs tell how long it takes; {usual} is assumed.",
    "Nem o engine nem as execuções passadas dizem quanto leva; contou-se {usual}.",
)
ALL_AS_USUAL: Final = Said(
    "Counted with the usual duration of each job's last good runs.",
    "Conta feita com a duração normal das últimas execuções boas de cada job.",
)
SOME_AS_USUAL: Final = Said(
    "Counted with the usual duration of the last good runs for {n} of {all} jobs, with the engine's estimate for the "
    "others.",
    "Conta feita com a duração normal das últimas execuções boas para {n} de {all} jobs, e com a estimativa do engine "
    "para os outros.",
)
ALL_AS_ESTIMATED: Final = Said("Counted with the engine's estimates.", "Conta feita com as estimativas do engine.")
UNLIKE_ESTIMATE: Final = Said(
    "{job} usually takes {usual} (last {runs} good runs{season}); the engine estimates {estimate}.",
    "{job} normalmente leva {usual} (últimas {runs} execuções boas{season}); o engine estima {estimate}.",
)
IN_SEASON: Final[dict[Season, Said]] = {
    Season.MONTH_END: Said(" at month end", " em fim de mês"),
    Season.WEEKDAY: Said(" on this day of the week", " neste dia da semana"),
}
JOBS_BEFORE: Final = Counted(
    Said("{n} job has to end before it.", "{n} job precisa terminar antes."),
    Said("{n} jobs have to end before it.", "{n} jobs precisam terminar antes."),
)
FIRST: Final = Said("First:", "Antes disso:")
WAY: Final = Said("The way there that takes longest:", "O caminho mais demorado até lá:")
WAY_PART: Final = Said(
    "The way there that takes longest has {all} jobs; these take most of it:",
    "O caminho mais demorado até lá tem {all} jobs; estes levam a maior parte:",
)
UNSURE: Final = Said("Less sure because of: {doubts}.", "Menos certo por causa de: {doubts}.")
PLACES: Final = Said(
    "Places and units that others have or queue for now are counted in; what the plan brings later may want them too.",
    "As vagas e unidades que outros têm ou esperam agora estão na conta; o que o plano trouxer depois também pode "
    "querer.",
)
STARTS: Final = Said("Starts", "Início")
ENDS: Final = Said("Ends", "Fim")

# What has to happen first. Placeholders: {job}, {workstation}, {state} of the job, {detail} of the prompt or file.
CONDITION: Final[dict[CauseKind, Said]] = {
    CauseKind.PREDECESSOR_FAILED: Said(
        "{job} has to be repaired and run again: it is {state}",
        "{job} precisa ser corrigido e rodar de novo: está {state}",
    ),
    CauseKind.PREDECESSOR_CONDITION: Said(
        "{job} asks for another end of what it follows", "{job} exige outro final do que vem antes dele"
    ),
    CauseKind.PREDECESSOR_WAITING: Said(
        "{job} and others wait for each other: somebody has to break the circle",
        "{job} e outros esperam um pelo outro: alguém precisa quebrar o ciclo",
    ),
    CauseKind.PROMPT: Said(
        "somebody has to answer prompt {detail}, for {job}", "alguém precisa responder o prompt {detail}, para {job}"
    ),
    CauseKind.FILE: Said("the file {detail} has to arrive, for {job}", "o arquivo {detail} precisa chegar, para {job}"),
    CauseKind.INPUT: Said("{job} needs its input", "{job} precisa da entrada dele"),
    CauseKind.PRIORITY_ZERO: Said(
        "the priority of {job} has to be raised from 0", "a prioridade de {job} precisa sair de 0"
    ),
    CauseKind.HELD: Said("{job} has to be released", "{job} precisa ser liberado"),
    CauseKind.CONFIRMATION: Said("{job} has to be confirmed", "{job} precisa ser confirmado"),
    CauseKind.SUPPRESSED: Said(
        "{job} is suppressed, somebody has to let it run", "{job} está suprimido, alguém precisa deixar rodar"
    ),
    CauseKind.WORKSTATION_DOWN: Said(
        "{workstation} has to be up again, for {job}", "{workstation} precisa voltar, para {job}"
    ),
    CauseKind.WORKSTATION_FENCE: Said(
        "the fence of {workstation} has to be lowered, for {job}", "o fence da {workstation} precisa baixar, para {job}"
    ),
    CauseKind.WORKSTATION_LIMIT: Said(
        "the limit of {workstation} has to be raised from 0, for {job}",
        "o limit da {workstation} precisa sair de 0, para {job}",
    ),
    CauseKind.UNKNOWN: Said(
        "something out of sight comes before {job}", "algo que não dá para ver daqui vem antes de {job}"
    ),
}

DOUBT: Final[dict[DoubtKind, Said]] = {
    DoubtKind.RUNS_LONG: Said("{job} runs longer than usual", "{job} está rodando mais que o normal"),
    DoubtKind.NO_ESTIMATE: Said("{job} has no usual duration", "{job} não tem duração normal"),
    DoubtKind.RESOURCE: Said(
        "{job} has to wait for units of a resource", "{job} precisa esperar unidades de um recurso"
    ),
    DoubtKind.LIMIT: Said("{job} has to wait for a free place", "{job} precisa esperar uma vaga"),
    DoubtKind.LATEST_START: Said(
        "{job} would start after its latest start", "{job} começaria depois do horário limite de início"
    ),
}
