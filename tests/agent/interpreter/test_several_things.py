"""Two names in one question, the same name elsewhere, message ids, and questions within a request."""

from datetime import time

import pytest

from resync_bot.agent.arguments import Span
from resync_bot.agent.conman.selection import Instance
from resync_bot.agent.interpreter.intents import (
    CompareJobs,
    CompareWithDay,
    ExplainMessage,
    Intent,
    Kind,
    ListCriticalJobs,
    ListJobs,
    ListLongRuns,
    ListPrompts,
    ListResources,
    ListStreams,
    ListUpcoming,
    ListWorkstations,
    MeetsDeadline,
    NotUnderstood,
    Overview,
    Places,
    ShowChanges,
    ShowElsewhere,
    ShowHistory,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    Why,
    WhyFailed,
    WhyWaiting,
    Window,
)
from resync_bot.agent.interpreter.thread import Thread
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.conversation.language import detect
from resync_bot.tws.models import Status
from resync_bot.tws.queries import JobOrder

CALC, POST = Target("PAYROLL_CALC"), Target("PAYROLL_POST")


def meaning_of(question: str) -> tuple[Intent, ...]:
    return understand(question, Thread(), detect(question))


@pytest.mark.parametrize(
    "question",
    [
        "compare PAYROLL_CALC and PAYROLL_POST",
        "compare PAYROLL_CALC with PAYROLL_POST",
        "PAYROLL_CALC vs PAYROLL_POST",
        "compara o PAYROLL_CALC com o PAYROLL_POST",
        "comparar PAYROLL_CALC e PAYROLL_POST",
    ],
)
def test_two_jobs_are_compared(question: str) -> None:
    assert meaning_of(question) == (CompareJobs((CALC, POST)),)


def test_streams_are_compared() -> None:
    streams = tuple(Target(name, Kind.STREAM) for name in ("PAYROLL_TAX", "LEDGER_FX"))
    assert meaning_of("compare stream PAYROLL_TAX and stream LEDGER_FX") == (CompareJobs(streams),)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("compare PAYROLL_CALC with its last good run", ShowChanges(CALC)),
        ("compare with yesterday", CompareWithDay(1)),
    ],
)
def test_one_thing_is_compared_with_its_past(question: str, wanted: Intent) -> None:
    assert meaning_of(question) == (wanted,)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("is PAYROLL_CALC or PAYROLL_POST late", MeetsDeadline),
        ("PAYROLL_CALC ou PAYROLL_POST vao atrasar?", MeetsDeadline),
        ("did PAYROLL_CALC or PAYROLL_POST fail", ShowStatus),
        ("will PAYROLL_CALC or PAYROLL_POST make the deadline", MeetsDeadline),
    ],
)
def test_a_question_with_or_is_asked_of_each(question: str, wanted: type[MeetsDeadline | ShowStatus]) -> None:
    assert meaning_of(question) == (wanted(CALC), wanted(POST))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("did PAYROLL_CALC fail anywhere else", ShowElsewhere(CALC)),
        ("o PAYROLL_CALC falhou em outro lugar também?", ShowElsewhere(CALC)),
        ("did it fail elsewhere", ShowElsewhere()),
        ("what does AWSBHT001E mean", ExplainMessage("AWSBHT001E")),
        ("awsbdw009e", ExplainMessage("AWSBDW009E")),
        ("o que significa AWSBDW009E?", ExplainMessage("AWSBDW009E")),
        ("me diz se o PAYROLL_CALC terminou", ShowStatus(CALC)),
        ("tell me if PAYROLL_CALC finished", ShowStatus(CALC)),
        ("ve pra mim se o PAYROLL_CALC atrasa", MeetsDeadline(CALC)),
        ("sabe se o PAYROLL_CALC vai atrasar?", MeetsDeadline(CALC)),
        ("is PAYROLL_CALC getting slower", ShowHistory(CALC)),
        ("o PAYROLL_CALC está ficando mais lento?", ShowHistory(CALC)),
        ("PAYROLL_CALC is not starting, fence?", WhyWaiting(CALC)),
        ("o PAYROLL_CALC não iniciou", WhyWaiting(CALC)),
        ("payroll close still not running whats it waiting for?", WhyWaiting(Target("payroll close"))),
        ("com quem eu falo pra liberar o PAYROLL_CALC", Why(CALC)),
        ("anything wrong w/ PAYROLL_CALC", Why(CALC)),
        ("whos got TAPES_1", ListResources(name="TAPES_1")),
        ("shift handover pls", Overview()),
        ("resumo do turno", Overview()),
        ("what happens downstream if PAYROLL_CALC slips", ShowImpact(CALC)),
        ("se o PAYROLL_CALC atrasar quem é afetado", ShowImpact(CALC)),
        ("can PAYROLL_CALC still hit 7am?", MeetsDeadline(CALC, time(7))),
        ("o PAYROLL_CALC entrega até 6:45?", MeetsDeadline(CALC, time(6, 45))),
        ("will PAYROLL_CALC be done by 3", MeetsDeadline(CALC, time(3))),
        ("e quando acaba?", MeetsDeadline()),
        ("when will we make the deadlines", ListCriticalJobs()),
        ("does PAYROLL_CALC always take so long", ShowHistory(CALC)),
        ("why does PAYROLL_CALC always fail", WhyFailed(CALC)),
        ("anything unusual tonight?", ListLongRuns()),
        ("diff between tonight and last night", CompareWithDay(1)),
        ("show failed jobs sorted by newest", ListJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST)),
        (
            "what's wrong with the cards folder",
            ListJobs(statuses=(Status.ERROR,), places=Places(folder="cards"), order=JobOrder.ENDED_LAST),
        ),
        (
            "jobs in folder /LEDGER starting between 02:30 and 03:00",
            ListUpcoming(Window(time(2, 30), time(3)), Places(folder="/LEDGER")),
        ),
        (
            "jobs in folder /LEDGER that started between 01:00 and 02:00",
            ListJobs(places=Places(folder="/LEDGER"), when=Window(time(1), time(2))),
        ),
        ("o que roda depois das 4 da manhã", ListUpcoming(Window(since=time(4)))),
        ("which critical jobs does PAYROLL_CALC threaten", ShowImpact(CALC)),
        ("quanto tempo levou o PAYROLL_CALC", ShowStatus(CALC)),
        ("quanto tempo falta pro PAYROLL_CALC", MeetsDeadline(CALC)),
        ("show me what went wrong in the log of PAYROLL_CALC", ShowLog(CALC, None, errors_only=True)),
        (
            "top 3 running jobs by elapsed time",
            ListJobs(statuses=(Status.RUNNING,), order=JobOrder.RUNNING_LONGEST, limit=3),
        ),
        ("what's PAYROLL_CALC stuck behind", WhyWaiting(CALC)),
        ("how many jobs are stuck behind PAYROLL_CALC", ShowImpact(CALC)),
        ("give me the error lines from PAYROLL_CALC", ShowLog(CALC, None, errors_only=True)),
        ("was there any failure upstream of PAYROLL_CALC", WhyWaiting(CALC)),
        ("teve falha antes do PAYROLL_CALC na cadeia", WhyWaiting(CALC)),
        ("quem roda depois do PAYROLL_CALC", ShowImpact(CALC)),
        ("compare failures", ListJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST)),
        ("what failed first", ListJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_FIRST)),
        (
            "qual job falhou primeiro hoje",
            ListJobs(statuses=(Status.ERROR,), when=Span.TODAY, order=JobOrder.ENDED_FIRST),
        ),
        (
            "why did the 22:15 run of PAYROLL_CALC abend",
            WhyFailed(Target("PAYROLL_CALC", instance=Instance(time(22, 15)))),
        ),
        ("status of PAYROLL_CALC in the 06:00 run", ShowStatus(Target("PAYROLL_CALC", instance=Instance(time(6))))),
        ("how was PAYROLL_CALC yesterday", ShowHistory(CALC)),
        ("como foi o PAYROLL_CALC ontem", ShowHistory(CALC)),
        ("isso acontece sempre?", ShowHistory()),
        ("previsão do PAYROLL_CALC", MeetsDeadline(CALC)),
        ("when is PAYROLL_CALC expected to complete", MeetsDeadline(CALC)),
        ("did everything in folder /PAYROLL finish ok", ListStreams(places=Places(folder="/PAYROLL"))),
        (
            "tem algo parado na pasta /BRANCH",
            ListStreams(internal_statuses=("STUCK",), places=Places(folder="/BRANCH")),
        ),
    ],
)
def test_question_means(question: str, wanted: Intent) -> None:
    assert meaning_of(question) == (wanted,)


@pytest.mark.parametrize(
    "question",
    [
        "status of PAYROLL_CALC since its file",
        "which jobs failed with AWSBHT001E",
        "what failed if PAYROLL runs",
        "jobs com AWSBDW009E no log",
    ],
)
def test_the_rest_is_not_guessed(question: str) -> None:
    (intent,) = meaning_of(question)
    assert isinstance(intent, NotUnderstood)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (
            "list the open prompts and the workstations that are down",
            (ListPrompts(only_open=True), ListWorkstations(only_in_trouble=True)),
        ),
        (
            "os jobs que falharam e os streams travados",
            (
                ListJobs(statuses=(Status.ERROR,), order=JobOrder.ENDED_LAST),
                ListStreams(internal_statuses=("STUCK",)),
            ),
        ),
        (
            "anything failing in RISK or REGULATORY",
            tuple(
                ListJobs(statuses=(Status.ERROR,), places=Places(unknown=name), order=JobOrder.ENDED_LAST)
                for name in ("RISK", "REGULATORY")
            ),
        ),
        (
            "what failed in folder PAYROLL or in folder LEDGER",
            tuple(
                ListJobs(statuses=(Status.ERROR,), places=Places(folder=name), order=JobOrder.ENDED_LAST)
                for name in ("PAYROLL", "LEDGER")
            ),
        ),
    ],
)
def test_two_lists_are_two_answers(question: str, wanted: tuple[Intent, ...]) -> None:
    assert meaning_of(question) == wanted
