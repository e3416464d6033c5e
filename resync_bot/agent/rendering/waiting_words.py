"""What holds a job back and what to do about it: one text per kind of cause."""

from typing import Final

from resync_bot.conversation.said import Counted, Said
from resync_bot.tws.findings import CauseKind

# Placeholders: {job} is held back, {other} is what it follows, {state} how that is, {workstation}, {time}, {detail}.
CAUSE: Final[dict[CauseKind, Said]] = {
    CauseKind.PREDECESSOR_FAILED: Said(
        "{job} waits for {other}, which is {state}", "{job} espera {other}, que está {state}"
    ),
    CauseKind.PREDECESSOR_RUNNING: Said(
        "{job} waits for {other}, which is {state}", "{job} espera {other}, que está {state}"
    ),
    CauseKind.PREDECESSOR_WAITING: Said(
        "{job} waits for {other}, which is {state}", "{job} espera {other}, que está {state}"
    ),
    CauseKind.PREDECESSOR_CONDITION: Said(
        "{job} asks for another end of {other}, which is {state}",
        "{job} exige outro final de {other}, que está {state}",
    ),
    CauseKind.TIME: Said("{job} must not start before {time}", "{job} não pode iniciar antes de {time}"),
    CauseKind.PROMPT: Said(
        "{job} waits for the answer to prompt {detail}", "{job} espera a resposta do prompt {detail}"
    ),
    CauseKind.FILE: Said("{job} waits for the file {detail}", "{job} espera o arquivo {detail}"),
    CauseKind.INPUT: Said("{job} waits for its input", "{job} espera a entrada dele"),
    CauseKind.PRIORITY_ZERO: Said("{job} has priority 0", "{job} está com prioridade 0"),
    CauseKind.HELD: Said("{job} is held by an operator", "{job} foi colocado em hold por um operador"),
    CauseKind.RESOURCE: Said("{job} needs {detail}", "{job} precisa de {detail}"),
    CauseKind.WORKSTATION_LIMIT: Said(
        "{workstation}, where {job} runs, has reached its limit{detail}",
        "{workstation}, onde {job} roda, atingiu o limit{detail}",
    ),
    CauseKind.WORKSTATION_FENCE: Said(
        "the fence of {workstation} stops {job}{detail}", "o fence da {workstation} barra {job}{detail}"
    ),
    CauseKind.STREAM_LIMIT: Said(
        "the stream of {job} has reached its limit{detail}", "o stream de {job} atingiu o limit{detail}"
    ),
    CauseKind.WORKSTATION_DOWN: Said(
        "{workstation}, where {job} runs, is {state}", "{workstation}, onde {job} roda, está {state}"
    ),
    CauseKind.WORKSTATION_IGNORED: Said(
        "the plan ignores {workstation}, where {job} runs", "o plano ignora {workstation}, onde {job} roda"
    ),
    CauseKind.CONFIRMATION: Said("{job} waits for a person to confirm it", "{job} espera a confirmação de uma pessoa"),
    CauseKind.SUBMITTED: Said("{job} is on its way to the agent", "{job} está a caminho do agente"),
    CauseKind.SUPPRESSED: Said("{job} is suppressed", "{job} está suprimido"),
    CauseKind.CONDITION_NOT_MET: Said(
        "a condition of {job} was not met{detail}, so it does not run",
        "uma condição de {job} não foi satisfeita{detail}, então ele não roda",
    ),
    CauseKind.LATEST_START_PASSED: Said(
        "the latest start time of {job} has passed{detail}", "o horário limite de início de {job} já passou{detail}"
    ),
    CauseKind.UNKNOWN: Said("the engine does not say what {job} waits for", "o engine não diz o que {job} espera"),
}

# What a person can do at the root, and with whom to speak.
ADVICE: Final[dict[CauseKind, Said]] = {
    CauseKind.PREDECESSOR_FAILED: Said(
        "find out why {other} failed; what is behind it goes on when it has succeeded",
        "veja por que {other} falhou; o que está atrás dele segue quando ele terminar com sucesso",
    ),
    CauseKind.PREDECESSOR_RUNNING: Said(
        "nothing; it goes on when {other} has ended", "nada; segue quando {other} terminar"
    ),
    CauseKind.PREDECESSOR_WAITING: Said("look at why {other} waits", "veja por que {other} espera"),
    CauseKind.PREDECESSOR_CONDITION: Said(
        "ask the owner of {job} whether it may run after this end",
        "pergunte ao dono de {job} se ele pode rodar com esse final",
    ),
    CauseKind.TIME: Said("nothing; it starts then by itself", "nada; inicia sozinho nesse horário"),
    CauseKind.PROMPT: Said("the prompt has to be answered", "alguém precisa responder o prompt"),
    CauseKind.FILE: Said("ask whoever delivers the file", "fale com quem entrega o arquivo"),
    CauseKind.INPUT: Said("somebody has to give the input", "alguém precisa dar a entrada"),
    CauseKind.PRIORITY_ZERO: Said("an operator has to raise the priority", "um operador precisa aumentar a prioridade"),
    CauseKind.HELD: Said("an operator has to release it", "um operador precisa liberar"),
    CauseKind.RESOURCE: Said(
        "wait: it starts when units come free; in a hurry, ask the owner of what holds them",
        "aguardar: inicia quando houver unidades livres; com pressa, fale com o dono de quem as segura",
    ),
    CauseKind.WORKSTATION_LIMIT: Said(
        "wait for a free slot, or have the limit of {workstation} raised",
        "aguardar uma vaga, ou aumentar o limit da {workstation}",
    ),
    CauseKind.WORKSTATION_FENCE: Said(
        "the fence of {workstation} has to be lowered, or the priority raised above it",
        "é preciso baixar o fence da {workstation} ou deixar a prioridade acima dele",
    ),
    CauseKind.STREAM_LIMIT: Said(
        "wait: it starts when another job of the stream ends", "aguardar: inicia quando outro job do stream terminar"
    ),
    CauseKind.WORKSTATION_DOWN: Said(
        "call whoever looks after {workstation}", "acione o responsável pela {workstation}"
    ),
    CauseKind.WORKSTATION_IGNORED: Said("nothing; it does not run in this plan", "nada; ele não roda neste plano"),
    CauseKind.CONFIRMATION: Said("an operator has to confirm it", "um operador precisa confirmar"),
    CauseKind.SUBMITTED: Said(
        "nothing yet; if it stays so, call whoever looks after {workstation}",
        "nada por enquanto; se continuar assim, acione o responsável pela {workstation}",
    ),
    CauseKind.SUPPRESSED: Said(
        "ask the owner of {job} whether it is to run after all", "pergunte ao dono de {job} se mesmo assim é para rodar"
    ),
    CauseKind.CONDITION_NOT_MET: Said(
        "nothing, if that was to be expected; else ask the owner of {job}",
        "nada, se isso era esperado; se não, pergunte ao dono de {job}",
    ),
    CauseKind.LATEST_START_PASSED: Said(
        "ask the owner of {job} whether it is still to run", "pergunte ao dono de {job} se ainda é para rodar"
    ),
    CauseKind.UNKNOWN: Said(
        "ask whoever runs the engine: its console may show more",
        "pergunte a quem opera o motor: o console dele pode mostrar mais",
    ),
}
RECOVERY_FIRST: Final = Said(
    "wait: the engine tries {other} again by itself ({rerun})",
    "aguardar: o próprio motor tenta {other} de novo ({rerun})",
)

LIMIT_IS_ZERO: Final = Said(
    "{workstation}, where {job} runs, has limit 0: nothing starts there",
    "{workstation}, onde {job} roda, está com limit 0: nada inicia lá",
)
RAISE_LIMIT: Final = Said("the limit of {workstation} has to be raised", "é preciso aumentar o limit da {workstation}")

BECAUSE: Final = Said(
    "{job} is **{status}** ({word}). The root: {cause}.", "{job} está **{status}** ({word}). A raiz: {cause}."
)
WITH_WORD: Final = Said("{job} (**{word}**)", "{job} (**{word}**)")
NO_CAUSE: Final = Said(
    "{job} is **{status}** ({word}), and the engine gives no reason.",
    "{job} está **{status}** ({word}), e o engine não dá o motivo.",
)
NOT_WAITING: Final = Said(
    "{job} is **not waiting**: it is {status} ({word}){rest}.",
    "{job} **não está esperando**: está {status} ({word}){rest}.",
)
CHAIN: Final = Said("The chain:", "A cadeia:")
WHERE_TO_ACT: Final = Said("What to do: {advice}.", "O que fazer: {advice}.")
WHERE_TO_ACT_MANY: Final = Said("What to do:", "O que fazer:")
INCOMPLETE: Final = Said("The chain goes on; this is as far as I followed it.", "A cadeia continua; segui só até aqui.")
ENGINE_SAYS: Final = Said("The engine says: {message}", "O engine diz: {message}")
LIMIT_OF: Final = Said(" of {limit}", " de {limit}")
FENCE_OF: Final = Said(" (fence {fence}, priority {priority})", " (fence {fence}, prioridade {priority})")
FENCE_ONLY: Final = Said(" (fence {fence})", " (fence {fence})")
CONDITION_ON: Final = Said(" ({other} is {state})", " ({other} está {state})")
CONDITION_OF: Final = Said(
    " ({other} had to end as {wanted}, and is {state})", " ({other} tinha que terminar em {wanted}, e está {state})"
)
UNTIL_OF: Final = Said(" ({time})", " ({time})")
UNITS_OF: Final = Said(
    "{units} of resource {name} ({free} free of {quantity})", "{units} do recurso {name} ({free} livres de {quantity})"
)
UNITS_UNKNOWN: Final = Said(
    "resource {name} ({free} free of {quantity})", "o recurso {name} ({free} livres de {quantity})"
)
A_RESOURCE: Final = Said("a resource", "um recurso")
HELD_BY: Final = Said("; held by {holders}", "; com {holders}")
PROMPT_ASKED: Final = Said(", open since {time}: {text}", ", aberto desde {time}: {text}")
PROMPT_NOT_ASKED: Final = Said(": {text}", ": {text}")
UNKNOWN_NAME: Final = Said("(not named)", "(sem nome)")
UNLINKED: Final = Said("unlinked", "sem link")
DOWN: Final = Said("down", "fora do ar")
UNREACHABLE: Final = Said("not reachable", "inacessível")
STATE_RC: Final = Said("{status} ({word}, return code {rc}{time})", "{status} ({word}, return code {rc}{time})")
STATE_PLAIN: Final = Said("{status} ({word}{time})", "{status} ({word}{time})")
STATE_TIME: Final = Said(", {time}", ", {time}")
STATE_SINCE: Final = Said(", since {time}", ", desde {time}")

OTHER_ROOTS: Final = Counted(
    Said("It waits for {n} more thing of this kind.", "Ele espera por mais {n} coisa desse tipo."),
    Said("It waits for {n} more things of this kind.", "Ele espera por mais {n} coisas desse tipo."),
)
JOBS_BEFORE: Final = Counted(
    Said("In all {n} job has to end before it.", "Ao todo, {n} job precisa terminar antes dele."),
    Said("In all {n} jobs have to end before it.", "Ao todo, {n} jobs precisam terminar antes dele."),
)
