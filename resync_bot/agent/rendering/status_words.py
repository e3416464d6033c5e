"""HWA's status words as operators of both languages say them. `abend`, `job` and `stream` are not translated."""

from typing import Final

from resync_bot.conversation.language import Language
from resync_bot.conversation.said import Said
from resync_bot.tws.findings import LogErrorKind, LogMessage, Risk
from resync_bot.tws.messages import meaning_in_portuguese, meaning_of
from resync_bot.tws.models import Reason, Status

STATUS: Final[dict[Status, Said]] = {
    Status.WAITING: Said("waiting", "aguardando"),
    Status.READY: Said("ready", "pronto"),
    Status.RUNNING: Said("running", "rodando"),
    Status.SUCCESSFUL: Said("successful", "concluído"),
    Status.ERROR: Said("in error", "em erro"),
    Status.CANCELED: Said("cancelled", "cancelado"),
    Status.HELD: Said("held", "em hold"),
    Status.UNDECIDED: Said("undecided", "indefinido"),
    Status.BLOCKED: Said("blocked", "bloqueado"),
    Status.SUPPRESS: Said("suppressed", "suprimido"),
    Status.UNKNOWN: Said("of unknown status", "com status desconhecido"),
}

# For many objects; English needs no other form.
STATUS_MANY: Final[dict[Status, Said]] = STATUS | {
    Status.READY: Said("ready", "prontos"),
    Status.SUCCESSFUL: Said("successful", "concluídos"),
    Status.CANCELED: Said("cancelled", "cancelados"),
    Status.UNDECIDED: Said("undecided", "indefinidos"),
    Status.BLOCKED: Said("blocked", "bloqueados"),
    Status.SUPPRESS: Said("suppressed", "suprimidos"),
}

REASON: Final[dict[Reason, Said | None]] = {
    Reason.HOLD_WAITING_FOR_PREDECESSOR: Said("waits for a predecessor", "espera um predecessor"),
    Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION: Said(
        "a predecessor did not end as this job requires", "um predecessor não terminou como este job exige"
    ),
    Reason.HOLD_WAITING_FOR_TIME: Said("its start time has not come", "ainda não chegou a hora de início"),
    Reason.HOLD_WAITING_FOR_PROMPT: Said("waits for the answer to a prompt", "espera a resposta de um prompt"),
    Reason.HOLD_WAITING_FOR_FILE: Said("waits for a file", "espera um arquivo"),
    Reason.HOLD_WAITING_FOR_INPUT: Said("waits for input", "espera uma entrada"),
    Reason.HOLD_PRIORITY_ZERO: Said("its priority is 0", "está com prioridade 0"),
    Reason.READY_WAITING_FOR_RESOURCES: Said("waits for a resource", "espera um recurso"),
    Reason.READY_SUPPRESSED: Said("suppressed", "suprimido"),
    Reason.READY_SUBMITTED: Said("on its way to the agent", "a caminho do agente"),
    Reason.READY_WAITING_FOR_LIMIT: Said("a limit is reached", "um limite foi atingido"),
    Reason.READY_WAITING_FOR_AGENT: Said("waits for its agent", "espera o agente"),
    Reason.READY_WAITING_FOR_USER_INTERVENTION: Said("waits for a person", "espera uma pessoa"),
    Reason.SUPPR_UNSATISFIED_DEPENDENCY: Said("a dependency was not met", "uma dependência não foi satisfeita"),
    Reason.SUPPR_WORKSTATION_IGNORED: Said("the plan ignores its workstation", "o plano ignora a workstation dele"),
    Reason.SUCC_DO_NOT_RUN: Said("was not to run", "não era para rodar"),
    Reason.SUCC_COMPLETED: None,  # says nothing that the status does not say
    Reason.UNKNOWN: None,
}

RISK: Final[dict[Risk, Said]] = {
    Risk.MISSED: Said("deadline missed", "perdeu o prazo"),
    Risk.HIGH: Said("high risk", "risco alto"),
    Risk.POTENTIAL: Said("potential risk", "risco potencial"),
    Risk.ON_TRACK: Said("on track", "no prazo"),
    Risk.DONE: Said("done", "concluído"),
}

LOG_ERROR: Final[dict[LogErrorKind, Said]] = {
    LogErrorKind.DISK_FULL: Said("no space left", "falta de espaço"),
    LogErrorKind.PERMISSION: Said("permission denied", "falta de permissão"),
    LogErrorKind.CREDENTIALS: Said("credentials refused", "credenciais recusadas"),
    LogErrorKind.NOT_FOUND: Said("something was not found", "algo não foi encontrado"),
    LogErrorKind.NETWORK: Said("network trouble", "problema de rede"),
    LogErrorKind.TIMEOUT: Said("a timeout", "um timeout"),
    LogErrorKind.DATABASE: Said("a database error", "erro de banco de dados"),
    LogErrorKind.MEMORY: Said("out of memory", "falta de memória"),
    LogErrorKind.FILE_TRANSFER: Said("a failed file transfer", "falha na transferência de arquivo"),
    LogErrorKind.JAVA: Said("a Java exception", "exceção Java"),
    LogErrorKind.PYTHON: Said("a Python exception", "exceção Python"),
    LogErrorKind.SHELL: Said("a script error", "erro no script"),
    LogErrorKind.AGENT: Said("trouble of the agent", "problema no agente"),
    LogErrorKind.DATA: Said("bad data", "dados inválidos"),
    LogErrorKind.OTHER: Said("an error", "um erro"),
}

PROMPT_STATUS: Final[dict[str, Said]] = {
    "ASKED": Said("open", "aberto"),
    "NOT_ASKED": Said("not asked yet", "ainda não perguntado"),
    "ANSWERED_YES": Said("answered yes", "respondido sim"),
    "ANSWERED_NO": Said("answered no", "respondido não"),
}


def meaning_in(language: Language, message: LogMessage) -> str | None:
    """What a message id of the engine means, in our own words; None where that is not known."""
    return meaning_in_portuguese(message.id) if language is Language.PT else message.meaning


def explained(message_id: str, language: Language) -> str | None:
    """The same for the bare id."""
    return meaning_in_portuguese(message_id) if language is Language.PT else meaning_of(message_id)
