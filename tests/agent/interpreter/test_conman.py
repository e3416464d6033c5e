"""Selections of conman, by their grammar."""

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.agent.arguments import PromptStatus
from resync_bot.agent.conman.selection import Instance, Path, Qualifier, Selection, parse
from resync_bot.agent.interpreter.conman import understand_conman
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    Intent,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    NotUnderstood,
    NotYet,
    Overview,
    Places,
    SelectJobsBy,
    SelectStreamsBy,
    Topic,
)
from resync_bot.tws.models import Status


@pytest.mark.parametrize(
    ("command", "selection"),
    [
        ("", Selection()),
        ("@", Selection(path=Path("@"))),
        ("@#@", Selection(workstation=Path("@"), path=Path("@"))),
        ("@!@", Selection(path=Path("@", domain="@"))),
        ("@#@.@", Selection(workstation=Path("@"), path=Path("@"), job="@")),
        ("/@/@#/@/@", Selection(workstation=Path("@", "/@"), path=Path("@", "/@"))),
        ("CPUA#JS25.JOBC", Selection(workstation=Path("CPUA"), path=Path("JS25"), job="JOBC")),
        (
            "/EU/SITE3#/PROD/JS_DOCOM.JOB1",
            Selection(workstation=Path("SITE3", "/EU"), path=Path("JS_DOCOM", "/PROD"), job="JOB1"),
        ),
        (
            "CPUA#JS25(0600 09/24/23).JOBC;stdlist",
            Selection(
                workstation=Path("CPUA"),
                path=Path("JS25"),
                instance=Instance(time(6), 24, 9, 2023),
                job="JOBC",
                options=frozenset({"stdlist"}),
            ),
        ),
        ("JS(1130)", Selection(path=Path("JS"), instance=Instance(time(11, 30)))),
        (
            "@#@.@ + state=abend,fail ~priority=0 ; info ;offline",
            Selection(
                workstation=Path("@"),
                path=Path("@"),
                job="@",
                qualifiers=(Qualifier(True, "state", ("abend", "fail")), Qualifier(False, "priority", ("0",))),
                options=frozenset({"info", "offline"}),
            ),
        ),
        ("A%B?C@", Selection(path=Path("A%B?C@"))),
        ("MASTERDM!FTA1", Selection(path=Path("FTA1", domain="MASTERDM"))),
        (
            "JS[(0600 09/24/23),(0AAAAAAAAAAAABQM)].J",
            Selection(path=Path("JS"), instance=Instance(time(6), 24, 9, 2023), job="J"),
        ),
        ("JS(0AAAAAAAAAAAABQM)", Selection(path=Path("JS"), stream_id="0AAAAAAAAAAAABQM")),
        ("JS{0AAAAAAAAAAAABQM}.J", Selection(path=Path("JS"), stream_id="0AAAAAAAAAAAABQM", job="J")),
        ("JS(0600,0AAAAAAAAAAAABQM)", Selection(path=Path("JS"), instance=Instance(time(6)))),
        (
            '@+at=0600 +1 days,~opens="/tmp/a+b"',
            Selection(
                path=Path("@"),
                qualifiers=(Qualifier(True, "at", ("0600 +1 days", "")), Qualifier(False, "opens", ("/tmp/a+b",))),
            ),
        ),
        ("@+deadline", Selection(path=Path("@"), qualifiers=(Qualifier(True, "deadline", ()),))),
    ],
)
def test_selection(command: str, selection: Selection) -> None:
    assert parse(command) == selection


@pytest.mark.parametrize(
    "command", ["((", "A#B#C", "#", "A.", "JS(2561)", "@#@+state=", "a b c", "A..B", "+=", "JS(0600 11)"]
)
def test_what_conman_would_not_take_either(command: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(command)


@given(st.text(max_size=60))
def test_any_text_is_a_selection_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse(text), Selection)


@pytest.mark.parametrize(
    ("command", "meaning"),
    [
        ("sj", ListJobs()),
        ("SJ @#@.@", ListJobs()),
        ("conman sj @#@.@", ListJobs()),
        ("%sj @#@.@", ListJobs()),
        ('conman "sj @#@.@"', ListJobs()),
        ("showjobs @#@.@+state=exec", ListJobs(internal_statuses=("EXEC",))),
        ("sj FTA1#@.@", ListJobs(places=Places(workstation="FTA1"))),
        ("sj FTA1#PAY@.@", ListJobs(places=Places(workstation="FTA1", stream="PAY@"))),
        ("sj /PAYROLL/@.@", ListJobs(places=Places(folder="/PAYROLL"))),
        ("sj /PAYROLL/PAYROLL.@", ListJobs(places=Places(folder="/PAYROLL", stream="PAYROLL"))),
        ("sj @.CALC@", ListJobs(name="CALC@")),
        ("sj @#@.@+critical", ListJobs(critical=True)),
        (
            "sj @#@.@~state=succ",
            ListJobs(statuses=tuple(each for each in Status if each not in (Status.SUCCESSFUL, Status.UNKNOWN))),
        ),
        ("ss", ListStreams()),
        ("ss FTA1#@", ListStreams(places=Places(workstation="FTA1"))),
        ("ss @#PAY@+state=stuck,abend", ListStreams(name="PAY@", internal_statuses=("STUCK", "ABEND"))),
        ("status", Overview()),
        ("st", Overview()),
        ("sj @#@.@+until=0600", SelectJobsBy("@#@.@+until=0600")),
        ("sj @#@.@+priority=0,10~state=succ;deps", SelectJobsBy("@#@.@+priority=0,10~state=succ;deps")),
        ("sj JOB%%", SelectJobsBy("JOB%%")),
        ("sj PAYROLL{0AAAAAAAAAAAABQM}.@", SelectJobsBy("PAYROLL{0AAAAAAAAAAAABQM}.@")),
        ("sj @#@.@~state=hold,exec", SelectJobsBy("@#@.@~state=hold,exec")),
        ("ss @#@+priority=hi", SelectStreamsBy("@#@+priority=hi")),
        ("sc MASTERDM!@;info", ListWorkstations(domain="MASTERDM", in_detail=True)),
        ("sp CLOSEOK", ListPrompts(only_open=False, name="CLOSEOK")),
        ("sr @#ORAPAY", ListResources(name="ORAPAY")),
        ("rc", ListPrompts(only_open=True)),
        ("sf", NotYet(Topic.FILES)),
        ("showd", NotYet(Topic.DOMAINS)),
        ("listsym", NotYet(Topic.CONMAN)),
        ("sj )(", NotUnderstood((")(",))),
        ("sj @#@.@+state=exec please", ListJobs(internal_statuses=("EXEC",))),
        ("please sj @#@.@+state=exec for me, thanks!", ListJobs(internal_statuses=("EXEC",))),
        ("roda sj @#@.@+state=exec por favor", ListJobs(internal_statuses=("EXEC",))),
        ("sj @#@.@+state=exec on the night shift", NotUnderstood(("on the night shift",))),
        ("sp @+state=asked thanks", ListPrompts(only_open=False, statuses=(PromptStatus.ASKED,))),
        (
            "sp @~state=inact",
            ListPrompts(only_open=False, statuses=tuple(one for one in PromptStatus if one != "NOT_ASKED")),
        ),
        ("sp @+state=perhaps", NotUnderstood(("+state",))),
        ("sr @#@+state=asked", NotUnderstood(("+state",))),
    ],
)
def test_command_means(command: str, meaning: Intent) -> None:
    assert understand_conman(command) == meaning


@pytest.mark.parametrize(
    "command",
    [
        "rr A#B.C",
        "rerunsucc A#B.C;all",
        "cs A#B",
        "sbs A#B;alias",
        'sbd A#"ls"',
        "rep PRMT;y",
        "lc FTA1;12",
        "f FTA1;20",
        "lk @!@;noask",
    ],
)
def test_commands_that_change_are_wishes_to_change(command: str) -> None:
    assert isinstance(understand_conman(command), ChangeRequest)


@pytest.mark.parametrize(
    "sentence",
    [
        "status of X",
        "ss is stuck",
        "f",
        "k now",
        "rs rs rs",
        "fence of FTA1",
        "sc please tell me more",
        "recall the past",
    ],
)
def test_sentences_are_no_commands(sentence: str) -> None:
    assert understand_conman(sentence) is None
