"""Every reason that the engine gives for a job that does not run, and every kind of failure, as people read it.

Asked over HTTP, answered by the interpreter, in both languages.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from resync_bot.agent.interpreter import Interpreter
from resync_bot.agent.rendering.status_words import LOG_ERROR
from resync_bot.conversation.language import Language
from resync_bot.runtime.tws_settings import TwsSettings
from resync_bot.simulator.bank.machines import WORKSTATIONS
from resync_bot.simulator.server import running_simulator
from resync_bot.simulator.settings import SimulatorSettings
from resync_bot.simulator.simulator import Simulator
from resync_bot.simulator.specification import Blueprint, Cause, JobSpec, Script, StreamSpec, TaskKind
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.engine import HwaEngine
from resync_bot.tws.findings import LogErrorKind
from resync_bot.tws.models import Reason
from tests.agent.conftest import TWO_IN_THE_NIGHT
from tests.agent.conversation import Agent

# --- why it does not run: for each reason a job of the night, and what an English and a Portuguese answer must hold ---
FENCED = "FENCE"  # no reason of the API: the state says it
TOLD: dict[Reason | str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    Reason.HOLD_WAITING_FOR_PREDECESSOR: (
        "PAYROLL_POST",
        ("PAYROLL_CALC", "in error", "find out why"),
        ("PAYROLL_CALC", "em erro", "veja por que"),
    ),
    Reason.HOLD_UNEXPECTED_PREDECESSOR_CONDITION: (
        "LEDGER_MIRROR_PUBLISH",
        ("RE_ACCOUNTS_JOB", "another end", "ask the owner"),
        ("RE_ACCOUNTS_JOB", "outro final", "pergunte ao dono"),
    ),
    Reason.HOLD_WAITING_FOR_TIME: ("ARC_COLLECT_CHECKS", ("before 03:05",), ("antes de 03:05",)),
    Reason.HOLD_WAITING_FOR_PROMPT: (
        "PAY_SWIFT_RELEASE",
        ("SWIFTREL", "Release it?", "has to be answered"),
        ("SWIFTREL", "Release it?", "precisa responder"),
    ),
    Reason.HOLD_WAITING_FOR_FILE: (
        "CARDS_RECEIVE_AMEX",
        ("/data/in/amex/clearing.dat", "whoever delivers"),
        ("/data/in/amex/clearing.dat", "quem entrega"),
    ),
    Reason.HOLD_WAITING_FOR_INPUT: ("REG_ANSWER_QUERY", ("input", "somebody has to give"), ("entrada", "precisa dar")),
    Reason.HOLD_PRIORITY_ZERO: ("CRM_CAMPAIGN_MAIL", ("priority 0", "operator"), ("prioridade 0", "operador")),
    Reason.READY_WAITING_FOR_RESOURCES: (
        "RISK_STRESS_TEST",
        ("STRESSLC", "0 free of 2", "RISK_GRID_SERVER", "ask the owner"),
        ("STRESSLC", "0 livres de 2", "RISK_GRID_SERVER", "fale com o dono"),
    ),
    Reason.READY_SUPPRESSED: ("TRS_LATE_QUOTES", ("latest start", "20:05", "owner"), ("limite", "20:05", "dono")),
    Reason.READY_SUBMITTED: ("RISK_GPU_PRICING", ("on its way", "call whoever"), ("a caminho", "acione")),
    Reason.READY_WAITING_FOR_LIMIT: ("RPT_FORMAT_DAILY", ("AGT_RPT01", "limit 0"), ("AGT_RPT01", "limit 0")),
    Reason.READY_WAITING_FOR_AGENT: (
        "FICHE_FORMAT_LEDGER",
        ("FTA_LEGACY", "unlinked", "call whoever"),
        ("FTA_LEGACY", "sem link", "acione"),
    ),
    Reason.READY_WAITING_FOR_USER_INTERVENTION: ("ARC_TAPE_CHANGE", ("confirm",), ("confirma",)),
    Reason.SUPPR_UNSATISFIED_DEPENDENCY: (
        "LEDGER_FX_FALLBACK",
        ("LEDGER_RECEIVE_RATES", "ABEND, FAIL", "successful"),
        ("LEDGER_RECEIVE_RATES", "ABEND, FAIL", "concluído"),
    ),
    Reason.SUPPR_WORKSTATION_IGNORED: ("DR_SEND_LEDGER", ("AGT_DR01", "ignores"), ("AGT_DR01", "ignora")),
    Reason.SUCC_DO_NOT_RUN: ("PAYROLL_BONUS", ("set not to run",), ("marcado para não rodar",)),
    Reason.SUCC_COMPLETED: ("PAYROLL_EXTRACT", ("not waiting", "successful"), ("não está esperando", "concluído")),
    FENCED: ("BRANCH_CLEAN_TEMP", ("fence 30", "priority 10"), ("fence 30", "prioridade 10")),
}


def test_no_reason_of_the_api_is_left_out() -> None:
    assert {reason for reason in TOLD if isinstance(reason, Reason)} == set(Reason) - {Reason.UNKNOWN}


@pytest.mark.parametrize("reason", TOLD)
@pytest.mark.parametrize("language", list(Language))
async def test_a_reason_in_an_answer(tws: HwaEngine, reason: Reason | str, language: Language) -> None:
    name, english, portuguese = TOLD[reason]
    question = f"why is {name} not running?" if language is Language.EN else f"por que o {name} não roda?"
    answer = await Agent(tws, (), Interpreter()).ask(question)
    for wanted in english if language is Language.EN else portuguese:
        assert wanted in answer.text
    (found,) = [evidence.result["waiting"]["job"] for evidence in answer.evidence if evidence.tool == "why_waiting"]
    assert reason in (found.get("reason"), found["internal_status"])


# --- why it failed: one job for each cause that the simulator knows, in one stream ---
FAMILY: dict[Cause, tuple[LogErrorKind, str]] = {
    Cause.SCRIPT_ERROR: (LogErrorKind.NOT_FOUND, ""),
    Cause.TABLESPACE_FULL: (LogErrorKind.DATABASE, "ORA-01653"),
    Cause.CONSTRAINT: (LogErrorKind.DATABASE, "ORA-00001"),
    Cause.DEADLOCK: (LogErrorKind.DATABASE, "ORA-00060"),
    Cause.NULL_POINTER: (LogErrorKind.JAVA, "NullPointerException"),
    Cause.OUT_OF_MEMORY: (LogErrorKind.MEMORY, "OutOfMemoryError"),
    Cause.TRACEBACK: (LogErrorKind.PYTHON, "Error"),
    Cause.BAD_RECORD: (LogErrorKind.DATA, "record"),
    Cause.CONNECTION_REFUSED: (LogErrorKind.NETWORK, "refused"),
    Cause.TRANSFER_BROKEN: (LogErrorKind.NETWORK, ""),
    Cause.HOST_KEY: (LogErrorKind.CREDENTIALS, ""),
    Cause.DISK_FULL: (LogErrorKind.DISK_FULL, "No space left on device"),
    Cause.LOGIN_DENIED: (LogErrorKind.CREDENTIALS, "ORA-01017"),
    Cause.PASSWORD_EXPIRED: (LogErrorKind.CREDENTIALS, "expired"),
    Cause.LEAKED_SECRETS: (LogErrorKind.CREDENTIALS, "401"),
    Cause.PLANTED_INSTRUCTION: (LogErrorKind.DATA, "rejected"),
    Cause.UNKNOWN_USER: (LogErrorKind.AGENT, "AWSBHT001E"),
    Cause.MISSING_SCRIPT: (LogErrorKind.AGENT, "AWSBHT001E"),
    Cause.FORK_FAILED: (LogErrorKind.AGENT, "AWSBHT001E"),
}
COULD_NOT_START = {Language.EN: "could not be started", Language.PT: "não pôde ser iniciado"}


def _name(cause: Cause) -> str:
    return f"FAILS_{cause.name}"


def _job(cause: Cause) -> JobSpec:
    name = _name(cause)
    return JobSpec(
        name=name,
        task=TaskKind.SHELL,
        command=f"/opt/test/bin/{name.lower()}.sh",
        login="test",
        minutes=2,
        script=Script((cause,)),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def failing() -> AsyncIterator[HwaEngine]:
    """An engine on which everything has gone wrong, each job in its own way."""
    masters = tuple(one for one in WORKSTATIONS if one.master or one.backup)
    stream = StreamSpec(
        name="FAILURES", folder="/TEST", workstation="MDM_PROD", at="20:00", jobs=tuple(map(_job, Cause))
    )
    simulator = Simulator(
        SimulatorSettings(speed=0, start=TWO_IN_THE_NIGHT, port=0),
        made_of=Blueprint(workstations=masters, resources=(), streams=(stream,)),
    )
    async with running_simulator(simulator=simulator) as server:
        settings = TwsSettings(host=server.url, user="demo", password="demo", start_of_day="18:00")
        async with connect_engine(settings) as tws:
            yield tws


def test_no_cause_is_left_out() -> None:
    assert set(FAMILY) == set(Cause)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("cause", FAMILY)
@pytest.mark.parametrize("language", list(Language))
async def test_a_failure_in_an_answer(failing: HwaEngine, cause: Cause, language: Language) -> None:
    kind, wanted = FAMILY[cause]
    name = _name(cause)
    question = f"why did {name} fail?" if language is Language.EN else f"por que o {name} falhou?"
    answer = await Agent(failing, (), Interpreter()).ask(question)
    assert LOG_ERROR[kind].in_(language) in answer.text
    assert wanted in answer.text
    assert (COULD_NOT_START[language] in answer.text) == cause.prevents_launch
