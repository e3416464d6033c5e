"""Which states allow which change, and how its effect is seen."""

from datetime import UTC, datetime

import pytest

from resync_bot.tws.actions.effect import has_happened
from resync_bot.tws.actions.legal import Illegal, Subject, illegal
from resync_bot.tws.actions.model import (
    GO,
    Action,
    Cancel,
    Confirm,
    Definition,
    Hold,
    Kill,
    Kind,
    Release,
    ReplyToPrompt,
    Rerun,
    SetFence,
    SetLimit,
    SetPriority,
    SetResourceQuantity,
    SubmitCommand,
    SubmitStream,
    Successors,
    Switch,
    SwitchWorkstation,
    Target,
)
from resync_bot.tws.models import Job, JobStream, Prompt, Resource, Run, Workstation
from resync_bot.tws.words import status_of

J, S = Target(Kind.JOB, "j"), Target(Kind.STREAM, "s")
RERUN = Rerun("j", "r")
WITH_ALL = Rerun("j", "r", successors=Successors.ALL, successor_ids=("k",))
STARTED = datetime(2026, 11, 23, 1, tzinfo=UTC)
PROMPT = Prompt(text="go?", status="ASKED")
RESOURCE = Resource(name="TAPES", status="AVAILABLE", quantity=4)
STATION = Workstation(name="FTA1", kind="FTA", linked=True, running=False, limit=10, fence=0)


def job(word: str, *, priority: int = 10, canceled: bool = False, runs: int = 1) -> Job:
    """One in that internal status."""
    public = "CANCELED" if canceled else "HELD" if word == "HOLD" and not priority else None
    return Job(
        name="J",
        status=status_of(public, word),
        internal_status=word,
        priority=priority,
        canceled=canceled,
        started=None if word in {"HOLD", "READY", "SCHED"} else STARTED,
        runs=tuple(Run(status=status_of(None, word), internal_status=word) for _ in range(runs)),
    )


def stream(word: str) -> JobStream:
    """One in that internal status."""
    return JobStream(name="S", status=status_of(None, word), internal_status=word, priority=10)


@pytest.mark.parametrize(
    ("action", "subject", "expected"),
    [
        (RERUN, job("ABEND"), None),
        (RERUN, job("FAIL"), None),
        (RERUN, job("SUCC"), None),
        (RERUN, job("EXEC", canceled=True), None),
        (RERUN, job("EXEC"), Illegal.NOT_ENDED),
        (RERUN, job("HOLD"), Illegal.NEVER_RAN),
        (Cancel(J), job("HOLD"), None),
        (Cancel(J), job("EXEC"), None),
        (Cancel(J), job("SUCC"), Illegal.ALREADY_ENDED),
        (Cancel(J), job("HOLD", canceled=True), Illegal.ALREADY_CANCELED),
        (Cancel(S, pending=True), stream("STUCK"), None),
        (Hold(J), job("HOLD"), None),
        (Hold(J), job("HOLD", priority=0), Illegal.NO_EFFECT),
        (Hold(J), job("EXEC"), Illegal.NO_EFFECT),
        (Hold(J), job("ABEND"), Illegal.ALREADY_ENDED),
        (Hold(S), stream("EXEC"), None),
        (Release(J), job("HOLD", priority=0), None),
        (Release(J), job("HOLD"), Illegal.NOT_HELD),
        (Release(J, dependencies=True), job("HOLD"), None),
        (Release(J, dependencies=True), job("READY"), Illegal.NOT_HELD),
        (Kill("j"), job("EXEC"), None),
        (Kill("j"), job("READY"), Illegal.NOT_RUNNING),
        (SetPriority("j", 50), job("HOLD"), None),
        (SetPriority("j", 10), job("HOLD"), Illegal.NO_EFFECT),
        (SetPriority("j", 102), job("HOLD"), Illegal.OUT_OF_RANGE),
        (SetPriority("j", 50), job("EXEC"), Illegal.NO_EFFECT),
        (SetPriority("j", 50), job("SUCC"), Illegal.ALREADY_ENDED),
        (ReplyToPrompt("p", yes=True), PROMPT, None),
        (ReplyToPrompt("p", yes=True), PROMPT.model_copy(update={"status": "NOT_ASKED"}), None),
        (ReplyToPrompt("p", yes=True), PROMPT.model_copy(update={"status": "ANSWERED_NO"}), Illegal.ALREADY_ANSWERED),
        (SetResourceQuantity("r", 5), RESOURCE, None),
        (SetResourceQuantity("r", 4), RESOURCE, Illegal.NO_EFFECT),
        (SetResourceQuantity("r", -1), RESOURCE, Illegal.OUT_OF_RANGE),
        (SetLimit("w", 1025), STATION, Illegal.OUT_OF_RANGE),
        (SetLimit("w", 0), STATION, None),
        (SetFence("w", GO), STATION, None),
        (SetFence("w", 0), STATION, Illegal.NO_EFFECT),
        (SwitchWorkstation("w", Switch.LINK), STATION, Illegal.NO_EFFECT),
        (SwitchWorkstation("w", Switch.UNLINK), STATION, None),
        (SwitchWorkstation("w", Switch.START), STATION, None),
        (SwitchWorkstation("w", Switch.STOP), STATION, Illegal.NO_EFFECT),
        (SubmitStream(Definition("S", "W")), None, None),
        (SubmitCommand("W", "ls", "tws"), None, None),
    ],
)
def test_legal(action: Action, subject: Subject | None, expected: Illegal | None) -> None:
    assert illegal(action, subject) is expected


@pytest.mark.parametrize("word", ["READY", "EXEC", "PEND", "INTRO", "SUCCP", "ABENP", "WAIT"])
def test_a_successor_that_is_under_way_stops_a_rerun_of_all(word: str) -> None:
    assert illegal(WITH_ALL, job("ABEND"), (job("HOLD"), job(word))) is Illegal.SUCCESSOR_BUSY


def test_an_engine_reruns_at_most_a_thousand_successors() -> None:
    assert illegal(WITH_ALL, job("ABEND"), (job("HOLD"),) * 1001) is Illegal.TOO_MANY_SUCCESSORS


@pytest.mark.parametrize(
    ("before", "succ", "abend"),
    [  # User's Guide 10.2.5, table 91
        ("READY", None, None),
        ("HOLD", None, None),
        ("SCHED", None, None),
        ("EXEC", "SUCC", "ABEND"),
        ("ABENP", "SUCCP", None),
        ("SUCCP", None, None),
        ("PEND", "SUCC", "ABEND"),
        ("DONE", "SUCC", "ABEND"),
        ("SUCC", None, None),
        ("ABEND", "SUCC", None),
        ("SUPPR", "SUCC", None),
        ("FAIL", None, None),
        ("ERROR", "SUCC", "ABEND"),
    ],
)
def test_confirm(before: str, succ: str | None, abend: str | None) -> None:
    for succeeded, after in ((True, succ), (False, abend)):
        action = Confirm("j", succeeded=succeeded)
        assert illegal(action, job(before)) is (None if after else Illegal.NOT_TO_BE_CONFIRMED)
        if after:
            assert has_happened(action, job(before), job(after))
            assert not has_happened(action, job(before), job(before))


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        (RERUN, job("ABEND"), job("HOLD", runs=2)),
        (Cancel(J), job("HOLD"), job("HOLD", canceled=True)),
        (Cancel(J, pending=True), job("HOLD"), job("CANCLP")),
        (Hold(J), job("HOLD"), job("HOLD", priority=0)),
        (Release(J), job("HOLD", priority=0), job("HOLD")),
        (Release(J, dependencies=True), job("HOLD"), job("READY")),
        (Kill("j"), job("EXEC"), job("ABEND")),
        (SetPriority("j", 50), job("HOLD"), job("HOLD", priority=50)),
        (ReplyToPrompt("p", yes=True), PROMPT, PROMPT.model_copy(update={"status": "ANSWERED_YES"})),
        (SetResourceQuantity("r", 5), RESOURCE, RESOURCE.model_copy(update={"quantity": 5})),
        (SetLimit("w", 0), STATION, STATION.model_copy(update={"limit": 0})),
        (SetFence("w", GO), STATION, STATION.model_copy(update={"fence": GO})),
        (SwitchWorkstation("w", Switch.UNLINK), STATION, STATION.model_copy(update={"linked": False})),
        (SwitchWorkstation("w", Switch.START), STATION, STATION.model_copy(update={"running": True})),
    ],
)
def test_the_effect_is_seen_when_it_is_there_and_not_before(action: Action, before: Subject, after: Subject) -> None:
    assert not has_happened(action, before, before)
    assert has_happened(action, before, after)


def test_a_change_of_something_else_is_a_defect() -> None:
    with pytest.raises(TypeError, match="Kill is not done to Prompt"):
        illegal(Kill("j"), PROMPT)
