"""Questions that lean on the conversation before them, read against what was shown."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from resync_bot.agent.arguments import Span
from resync_bot.agent.interpreter.intents import (
    Intent,
    Kind,
    ListJobs,
    ListStreams,
    ListWorkstations,
    MeetsDeadline,
    Overview,
    Places,
    ShowImpact,
    ShowLog,
    ShowStatus,
    Target,
    Thanks,
    Why,
    WhyFailed,
    WhyWaiting,
)
from resync_bot.agent.interpreter.thread import Thread, target_of
from resync_bot.agent.interpreter.understanding import understand
from resync_bot.agent.results import Ambiguous, JobsResult, NoMatch, StreamsResult, ToolResult
from resync_bot.conversation.language import Language, detect
from resync_bot.tws.models import Job, Status
from resync_bot.tws.queries import JobOrder
from tests.agent.rendering.samples import CALC, DONE, ENGINE, NOT_LAUNCHED, POST, SAMPLES, STREAM, at

FAILED = ListJobs(statuses=(Status.ERROR,), when=Span.LAST_NIGHT, order=JobOrder.ENDED_LAST)
LISTED = JobsResult(engine=ENGINE, total=3, jobs=(CALC, NOT_LAUNCHED, DONE))
HOUSEKEEPING = tuple(
    DONE.model_copy(
        update={"stream": stream, "folder": f"/{folder}", "workstation": workstation, "scheduled": at(hour)}
    )
    for stream, folder, workstation, hour in (
        ("PAYROLL_TAX", "PAYROLL", "FTA_PAY01", 1),
        ("PAYROLL_ARCHIVE", "PAYROLL", "FTA_PAY01", 4),
        ("CARDS_LOYALTY", "CARDS", "FTA_CARDS01", 6),
    )
)
WHICH = Ambiguous(engine=ENGINE, name="HOUSEKEEPING", total=4, jobs=HOUSEKEEPING, streams=(STREAM,))


def after(*turns: tuple[Intent, Sequence[ToolResult]]) -> Thread:
    thread = Thread()
    for intent, results in turns:
        thread = thread.after(intent, results)
    return thread


def reply(text: str, thread: Thread) -> tuple[Intent, ...]:
    return understand(text, thread, detect(text, default=Language.EN))


LIST = after((FAILED, [LISTED]))
ONE_JOB = after((WhyFailed(Target("PAYROLL_CALC")), [SAMPLES["failure"][0]]))
LIST_THEN_ONE = after((FAILED, [LISTED]), (WhyFailed(target_of(CALC)), [SAMPLES["failure"][0]]))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("and on WS3?", replace(FAILED, places=Places(unknown="WS3"))),
        ("on WS3?", replace(FAILED, places=Places(unknown="WS3"))),
        ("what about workstation WS3?", replace(FAILED, places=Places(workstation="WS3"))),
        ("and WS3?", replace(FAILED, places=Places(unknown="WS3"))),
        ("e na FTA2?", replace(FAILED, places=Places(unknown="FTA2"))),
        ("e no stream PAYROLL?", replace(FAILED, places=Places(stream="PAYROLL"))),
        ("and in folder /CARDS?", replace(FAILED, places=Places(folder="/CARDS"))),
        ("and yesterday?", replace(FAILED, when=Span.YESTERDAY)),
        ("e ontem?", replace(FAILED, when=Span.YESTERDAY)),
        ("today?", replace(FAILED, when=Span.TODAY)),
        ("and running?", replace(FAILED, statuses=(Status.RUNNING,), order=JobOrder.STARTED_LAST)),
        ("e os rodando?", replace(FAILED, statuses=(Status.RUNNING,), order=JobOrder.STARTED_LAST)),
        ("only the critical ones", replace(FAILED, critical=True)),
        ("só os críticos", replace(FAILED, critical=True)),
        ("show all", replace(FAILED, limit=50)),
        ("top 20", replace(FAILED, limit=20)),
        ("and the streams?", ListStreams(statuses=(Status.ERROR,))),
        ("e os streams?", ListStreams(statuses=(Status.ERROR,))),
    ],
)
def test_a_list_is_asked_for_again_in_another_way(text: str, meaning: Intent) -> None:
    assert reply(text, LIST) == (meaning,)


def test_changes_add_up() -> None:
    (first,) = reply("and on WS3?", LIST)
    (second,) = reply("e ontem?", after((first, [LISTED])))
    assert second == replace(FAILED, places=Places(unknown="WS3"), when=Span.YESTERDAY)


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("the second one", NOT_LAUNCHED),
        ("2", NOT_LAUNCHED),
        ("#2", NOT_LAUNCHED),
        ("number 2 please", NOT_LAUNCHED),
        ("o segundo", NOT_LAUNCHED),
        ("a primeira", CALC),
        ("the last one", DONE),
        ("o último", DONE),
    ],
)
def test_one_of_a_list_is_picked(text: str, job: Job) -> None:
    assert reply(text, LIST) == (ShowStatus(target_of(job)),)


@pytest.mark.parametrize("text", ["4", "the fifth one", "0"])
def test_a_number_beyond_the_list_picks_nothing(text: str) -> None:
    assert not any(isinstance(intent, ShowStatus) for intent in reply(text, LIST))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("why did the second one fail?", WhyFailed(target_of(NOT_LAUNCHED))),
        ("show the log of the first one", ShowLog(target_of(CALC))),
        ("por que o segundo falhou?", WhyFailed(target_of(NOT_LAUNCHED))),
        ("why?", Why()),
        ("what does PAYROLL_CALC block?", ShowImpact(Target("PAYROLL_CALC"))),
        ("what failed today?", replace(FAILED, when=Span.TODAY)),
        ("how is the plan?", Overview()),
        ("PAYROLL_CALC", ShowStatus(Target("PAYROLL_CALC"))),
    ],
)
def test_a_full_question_stays_what_it_is(text: str, meaning: Intent) -> None:
    assert reply(text, LIST) == (meaning,)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("show its log", ShowLog()),
        ("mostra o log dele", ShowLog()),
        ("only the errors", ShowLog(errors_only=True)),
        ("what does it block?", ShowImpact()),
        ("e o que ele bloqueia?", ShowImpact()),
        ("why?", Why()),
        ("por quê?", Why()),
        ("and its status?", ShowStatus()),
        ("is it critical?", ShowStatus()),
        ("will it make its deadline?", MeetsDeadline()),
        ("and PAYROLL_POST?", WhyFailed(Target("PAYROLL_POST"))),
        ("e o PAYROLL_POST?", WhyFailed(Target("PAYROLL_POST"))),
        ("and job PAYROLL_POST in stream PAYROLL?", WhyFailed(Target("PAYROLL_POST", Kind.JOB, stream="PAYROLL"))),
    ],
)
def test_a_question_about_what_was_just_shown(text: str, meaning: Intent) -> None:
    assert reply(text, ONE_JOB) == (meaning,)


def test_the_same_name_elsewhere() -> None:
    assert reply("and on FTA2?", ONE_JOB) == (WhyFailed(Target("PAYROLL_CALC", Kind.JOB, place="FTA2")),)


def test_after_a_look_at_one_job_the_list_before_it_is_changed() -> None:
    assert reply("and yesterday?", LIST_THEN_ONE) == (replace(FAILED, when=Span.YESTERDAY),)
    assert reply("e na FTA2?", LIST_THEN_ONE) == (replace(FAILED, places=Places(unknown="FTA2")),)


def test_only_the_errors_are_those_of_the_log_that_was_looked_at() -> None:
    assert reply("só os erros", LIST_THEN_ONE) == (ShowLog(errors_only=True),)
    assert reply("only the errors", LIST) == (replace(FAILED, statuses=(Status.ERROR,)),)


def test_workstations_are_followed_by_another_one() -> None:
    thread = after((ListWorkstations(name="FTA1"), [SAMPLES["workstations"][0]]))
    assert reply("and FTA2?", thread) == (ListWorkstations(name="FTA2"),)
    assert reply("e a FTA2?", thread) == (ListWorkstations(name="FTA2"),)


def test_thanks_in_between_do_not_end_the_subject() -> None:
    thread = after((FAILED, [LISTED]), (Thanks(), []))
    assert reply("and yesterday?", thread) == (replace(FAILED, when=Span.YESTERDAY),)


# --- asked back ---

ASKED = after((ShowLog(Target("HOUSEKEEPING"), last_lines=5), [WHICH]))


def log_of(job: Job) -> ShowLog:
    return ShowLog(target_of(job), last_lines=5)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("2", 0),  # the stream is the first of the list
        ("the third one", 1),
        ("a quarta", 2),
        ("the one in stream CARDS_LOYALTY", 2),
        ("CARDS_LOYALTY", 2),
        ("o do stream PAYROLL_ARCHIVE", 1),
        ("the one on FTA_CARDS01", 2),
        ("the one in CARDS", 2),
        ("the 04:00 one", 1),
        ("o das 06:00", 2),
        ("FTA_PAY01#/PAYROLL/PAYROLL_TAX(0100 11/23/26).HOUSEKEEPING", 0),
        ("PAYROLL_TAX.HOUSEKEEPING", 0),
    ],
)
def test_a_short_reply_answers_the_question_back(text: str, chosen: int) -> None:
    assert reply(text, ASKED) == (log_of(HOUSEKEEPING[chosen]),)


def test_a_stream_can_be_chosen_too() -> None:
    assert reply("1", ASKED) == (ShowLog(target_of(STREAM), last_lines=5),)
    assert reply("the blocked one", ASKED) == (ShowLog(target_of(STREAM), last_lines=5),)


def test_all_of_them_are_at_most_three() -> None:
    intents = reply("all of them", ASKED)
    assert intents == (ShowLog(target_of(STREAM), last_lines=5), log_of(HOUSEKEEPING[0]), log_of(HOUSEKEEPING[1]))


def test_a_new_question_leaves_the_question_back_behind() -> None:
    assert reply("what failed yesterday?", ASKED) == (replace(FAILED, when=Span.YESTERDAY),)
    assert reply("status of PAYROLL_CALC", ASKED) == (ShowStatus(Target("PAYROLL_CALC")),)


def test_did_you_mean() -> None:
    one = after(
        (WhyFailed(Target("PAYROL_CALC")), [NoMatch(engine=ENGINE, name="PAYROL_CALC", similar=("PAYROLL_CALC",))])
    )
    assert reply("yes", one) == (WhyFailed(Target("PAYROLL_CALC")),)
    assert reply("sim", one) == (WhyFailed(Target("PAYROLL_CALC")),)
    several = after((WhyFailed(Target("PAYROL_CALC")), [SAMPLES["no_match"][0]]))
    assert reply("the second", several) == (WhyFailed(Target("PAYROLL_CLOSE")),)
    assert reply("PAYROLL_CALC", several) == (WhyFailed(Target("PAYROLL_CALC")),)


def test_the_reason_asked_for_a_list_is_given_for_the_one_that_is_picked() -> None:
    thread = after((FAILED, [LISTED]), (Why(), [LISTED]))
    assert reply("2", thread) == (Why(target_of(NOT_LAUNCHED)),)


# --- what is in focus ---


def test_focus_follows_the_answers() -> None:
    assert after((ShowStatus(), [SAMPLES["job_waiting"][0]])).focus == SAMPLES["job_waiting"][0].job  # type: ignore[union-attr]  # a JobResult
    assert after((ShowStatus(), [SAMPLES["stream"][0]])).focus == STREAM
    assert after((FAILED, [JobsResult(engine=ENGINE, total=1, jobs=(POST,))])).focus == POST
    assert LIST.focus is None
    assert after((ListStreams(), [StreamsResult(engine=ENGINE, total=1, streams=(STREAM,))])).focus == STREAM
    assert after((WhyWaiting(), [SAMPLES["waiting_chain"][0]]), (FAILED, [LISTED])).focus is None


def test_a_target_names_exactly_the_object_that_was_shown() -> None:
    assert target_of(CALC) == Target(
        "PAYROLL_CALC",
        Kind.JOB,
        stream="PAYROLL",
        folder="/PAYROLL",
        workstation="FTA_PAY01",
        scheduled=at(22, 30, day=22),
    )
