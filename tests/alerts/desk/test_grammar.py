"""What people type to alerting, and what is read from it."""

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from tomllib import loads
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resync_bot.alerts import orders
from resync_bot.alerts.desk.commands import (
    About,
    Acknowledge,
    AlertHere,
    ClockTime,
    Command,
    EndSilence,
    Lasting,
    ListRules,
    ListSilences,
    MakeSilence,
    Mistake,
    Numbered,
    OfTicket,
    OpenAlerts,
    Order,
    Release,
    ShiftDigest,
    StopAlerting,
    TicketClosed,
    TicketCloses,
    Unread,
    Until,
    WhyNotTold,
    WithId,
)
from resync_bot.alerts.desk.grammar import read, read_line
from resync_bot.alerts.desk.times import moment_of, read_length, read_until
from resync_bot.alerts.model import Pattern, Severity, TroubleKind
from resync_bot.conversation.language import Language

ENGINES = ("PROD", "TEST")
FAILURES = (TroubleKind.JOB_FAILED, TroubleKind.STREAM_STUCK)
PAY = Pattern(name="PAY@")
ETL = Pattern(name="ETL_LOAD")
TWO_HOURS = Lasting(timedelta(hours=2))
SIX = ClockTime(6)
EVALS = Path(__file__).parents[2] / "evals" / "cases"


def understood(text: str) -> Command | None:
    reading = read_line(text, ENGINES)
    return reading.command if reading else None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("alert me here about PAY* on PROD", Pattern(name="PAY@", engine="PROD")),
        ("Alert us about pay* on prod please", Pattern(name="PAY@", engine="PROD")),
        ("can you alert me about PAY?", Pattern(name="PAY")),
        ("alert me about FTA?", Pattern(name="FTA?")),
        ("notify this channel about `PAY@`", PAY),
        ("me avise aqui sobre PAY* no PROD", Pattern(name="PAY@", engine="PROD")),
        ("avise-me sobre PAY*", PAY),
        ("me alerte sobre o PAY*", PAY),
        ("quero ser avisada aqui sobre PAY*", PAY),
        ("alert me here about failures of PAY*", Pattern(name="PAY@", kinds=FAILURES)),
        ("alert me when PAY* fails", Pattern(name="PAY@", kinds=FAILURES)),
        ("me avisa quando PAY* falhar", Pattern(name="PAY@", kinds=FAILURES)),
        ("alert me here about job PAY_POST", Pattern(job="PAY_POST")),
        ("alert me here about stream PAY_DAILY", Pattern(stream="PAY_DAILY")),
        ("alert me here about jobs in folder /PAYROLL", Pattern(folder="/PAYROLL/@")),
        ("alert me here about /PAYROLL@", Pattern(folder="/PAYROLL@")),
        ("me avise aqui sobre a pasta /PAYROLL", Pattern(folder="/PAYROLL/@")),
        (
            "alert me about PAY* in folder /EU on workstation FTA1",
            Pattern(name="PAY@", folder="/EU/@", workstation="FTA1"),
        ),
        (
            "alert me about FTA1#/EU/PAY_DAILY.POST",
            Pattern(workstation="FTA1", folder="/EU", stream="PAY_DAILY", job="POST"),
        ),
        ("alert me about PAY_DAILY.@", Pattern(stream="PAY_DAILY")),
        ("alert me about prompts on PROD", Pattern(engine="PROD", kinds=(TroubleKind.PROMPT_WAITING,))),
        ("me avise sobre prompts", Pattern(kinds=(TroubleKind.PROMPT_WAITING,))),
        ("alert me about workstations", Pattern(kinds=(TroubleKind.WORKSTATION_DOWN,))),
        ("alert us about late jobs", Pattern(kinds=(TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED))),
        ("me avise sobre jobs atrasados", Pattern(kinds=(TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED))),
        ("alert me about deadlines at risk", Pattern(kinds=(TroubleKind.DEADLINE_AT_RISK,))),
        ("alert me about everything on TEST", Pattern(engine="TEST")),
        ("alert me about TEST", Pattern(engine="TEST")),
        ("alert me about prompt 12", Pattern(name="12", kinds=(TroubleKind.PROMPT_WAITING,))),
        ("alert me about problems on TEST", Pattern(engine="TEST")),
        ("alert me about the PAY_DAILY job stream", Pattern(stream="PAY_DAILY")),
        ("alert me about PAY_POST job", Pattern(job="PAY_POST")),
        ("alert me about payroll", Pattern(name="PAYROLL")),
        ("subscribe to PAY*", PAY),
        ("let us know here when PAY* fails", Pattern(name="PAY@", kinds=FAILURES)),
        ("alert me about any job that is late", Pattern(kinds=(TroubleKind.JOB_LATE, TroubleKind.DEADLINE_MISSED))),
        ("alert me when a prompt is waiting", Pattern(kinds=(TroubleKind.PROMPT_WAITING,))),
        (
            "alert me when workstation FTA1 goes down",
            Pattern(workstation="FTA1", kinds=(TroubleKind.WORKSTATION_DOWN,)),
        ),
        ("me avise quando a workstation FTA1 cair", Pattern(workstation="FTA1", kinds=(TroubleKind.WORKSTATION_DOWN,))),
        ("alert me about PAY*, critical only", Pattern(name="PAY@", severity=Severity.CRITICAL)),
        ("me avise sobre PAY*, só críticos", Pattern(name="PAY@", severity=Severity.CRITICAL)),
        ("alert me about PAY* only errors", Pattern(name="PAY@", severity=Severity.ERROR)),
        ("alert me about critical jobs", Pattern(critical=True)),
        ("me avise sobre jobs críticos do PROD", Pattern(critical=True, engine="PROD")),
    ],
)
def test_an_alert_is_ordered(text: str, pattern: Pattern) -> None:
    assert understood(text) == AlertHere((pattern,))


def test_several_names_are_several_patterns() -> None:
    assert understood("alert me about PAY*, ETL_LOAD and RISK_* on PROD") == AlertHere(
        tuple(Pattern(name=name, engine="PROD") for name in ("PAY@", "ETL_LOAD", "RISK_@"))
    )


@pytest.mark.parametrize("text", ["alert me about PAY* and call here", "me avise sobre PAY* e chame <!here>"])
def test_somebody_is_to_be_called(text: str) -> None:
    assert understood(text) == AlertHere((PAY,), ("here",))


@pytest.mark.parametrize(
    ("text", "until", "ticket", "reason"),
    [
        ("silence ETL_LOAD until 06:00 because CHG123", SIX, "CHG123", "CHG123"),
        ("silence ETL_LOAD until 6", SIX, "", ""),
        ("silence ETL_LOAD until 6am", SIX, "", ""),
        ("silence ETL_LOAD until 6:30 pm", ClockTime(18, 30), "", ""),
        ("silence ETL_LOAD until tomorrow 06:00", ClockTime(6, days=1), "", ""),
        ("silence ETL_LOAD until 06:00 tomorrow", ClockTime(6, days=1), "", ""),
        ("silence ETL_LOAD until monday 06:00", ClockTime(6, weekday=0), "", ""),
        ("silence ETL_LOAD until 2026-11-30 06:00", ClockTime(6, on=date(2026, 11, 30)), "", ""),
        ("silence ETL_LOAD until noon", ClockTime(12), "", ""),
        ("silence ETL_LOAD for 2 hours", TWO_HOURS, "", ""),
        ("silence ETL_LOAD for 2h, disk is full", None, "", ""),
        ("mute ETL_LOAD 30m", Lasting(timedelta(minutes=30)), "", ""),
        ("snooze ETL_LOAD for an hour and a half", Lasting(timedelta(minutes=90)), "", ""),
        ("silence ETL_LOAD for half an hour", Lasting(timedelta(minutes=30)), "", ""),
        ("silence ETL_LOAD for 1h30", Lasting(timedelta(minutes=90)), "", ""),
        ("silence ETL_LOAD until CHG123 closes", TicketCloses("CHG123"), "CHG123", ""),
        ("silence ETL_LOAD for CHG123", None, "CHG123", ""),
        ("silence ETL_LOAD because of chg 123, new disk", None, "CHG123", "chg 123, new disk"),
        ("silence ETL_LOAD because the disk is full until 06:00", SIX, "", "the disk is full"),
        ("silence ETL_LOAD until 06:00 because OPS-77: the disk", SIX, "OPS-77", "OPS-77: the disk"),
        ("silencie ETL_LOAD até as 6h porque CHG123", SIX, "CHG123", "CHG123"),
        ("silenciar ETL_LOAD por 2 horas", TWO_HOURS, "", ""),
        ("silencia o ETL_LOAD até amanhã às 6h", ClockTime(6, days=1), "", ""),
        ("silenciar ETL_LOAD até meia-noite", ClockTime(0), "", ""),
        ("silenciar ETL_LOAD até fechar a CHG123", TicketCloses("CHG123"), "CHG123", ""),
        ("silenciar ETL_LOAD por meia hora por causa da CHG123", Lasting(timedelta(minutes=30)), "CHG123", "CHG123"),
    ],
)
def test_a_silence_is_ordered(text: str, until: Until | None, ticket: str, reason: str) -> None:
    command = understood(text)

    if until is None and not ticket:
        assert isinstance(command, Unread)
    else:
        assert command == MakeSilence((ETL,), until, ticket, reason)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("list my alerts", ListRules()),
        ("What are our rules?", ListRules()),
        ("listar meus alertas", ListRules()),
        ("quais são as nossas regras?", ListRules()),
        ("list silences", ListSilences()),
        ("what is silenced?", ListSilences()),
        ("quais silêncios existem?", ListSilences()),
        ("o que está silenciado?", ListSilences()),
        ("which alerts are open?", OpenAlerts()),
        ("open alerts", OpenAlerts()),
        ("quais alertas estão abertos?", OpenAlerts()),
        ("shift digest", ShiftDigest()),
        ("Resumo do turno, por favor", ShiftDigest()),
        ("remove alert rule 2", StopAlerting(Numbered(2))),
        ("remover regra 1a2b3c4d", StopAlerting(WithId("1a2b3c4d"))),
        ("stop alerting me here about PAY*", StopAlerting(About((PAY,)))),
        ("don't alert us about PAY* anymore", StopAlerting(About((PAY,)))),
        ("pare de me avisar sobre PAY*", StopAlerting(About((PAY,)))),
        ("não me avise mais sobre PAY*", StopAlerting(About((PAY,)))),
        ("end silence 1a2b3c4d", EndSilence(WithId("1a2b3c4d"))),
        ("end silence 2", EndSilence(Numbered(2))),
        ("end the silence of CHG123", EndSilence(OfTicket("CHG123"))),
        ("end the silence on ETL_LOAD", EndSilence(About((ETL,)))),
        ("stop silencing ETL_LOAD", EndSilence(About((ETL,)))),
        ("stop the alerts about PAY*", StopAlerting(About((PAY,)))),
        ("parar alertas de PAY*", StopAlerting(About((PAY,)))),
        ("quais alertas eu recebo aqui?", ListRules()),
        ("CHG123 closed", TicketClosed("CHG123")),
        ("encerrei a mudança CHG123", TicketClosed("CHG123")),
        ("why did nobody tell me that ETL_LOAD failed?", WhyNotTold("ETL_LOAD")),
        ("unsilence ETL_LOAD", EndSilence(About((ETL,)))),
        ("encerrar o silêncio do ETL_LOAD", EndSilence(About((ETL,)))),
        ("CHG123 is closed", TicketClosed("CHG123")),
        ("chg-0031 was completed.", TicketClosed("CHG0031")),
        ("a CHG123 foi fechada", TicketClosed("CHG123")),
        ("fechei a CHG123", TicketClosed("CHG123")),
        ("acknowledge 1a2b3c4d", Acknowledge(WithId("1a2b3c4d"))),
        ("ack ETL_LOAD", Acknowledge(About((ETL,)))),
        ("reconheço o ETL_LOAD", Acknowledge(About((ETL,)))),
        ("release 1a2b3c4d", Release(WithId("1a2b3c4d"))),
        ("release the alert ETL_LOAD", Release(About((ETL,)))),
        ("soltar 1a2b3c4d", Release(WithId("1a2b3c4d"))),
        ("why was I not told about ETL_LOAD?", WhyNotTold("ETL_LOAD")),
        ("Why wasn’t I alerted when etl_load failed last night?", WhyNotTold("ETL_LOAD")),
        ("why did we not get an alert for job ETL_LOAD?", WhyNotTold("ETL_LOAD")),
        ("why didn't you tell us about ETL_LOAD's failure", WhyNotTold("ETL_LOAD")),
        ("por que não fui avisado sobre o ETL_LOAD?", WhyNotTold("ETL_LOAD")),
        ("pq não recebi alerta do ETL_LOAD", WhyNotTold("ETL_LOAD")),
        ("por que ninguém foi avisado do ETL_LOAD ontem?", WhyNotTold("ETL_LOAD")),
    ],
)
def test_is_understood(text: str, command: Command) -> None:
    assert understood(text) == command


@pytest.mark.parametrize(
    ("text", "order", "mistake", "what"),
    [
        ("alert me", Order.ALERT, Mistake.NOTHING_NAMED, ""),
        ("alert me about PAY* on FTA1", Order.ALERT, Mistake.UNKNOWN_PLACE, "FTA1"),
        ("alert me about PAY* until 06:00", Order.ALERT, Mistake.NOT_UNDERSTOOD, "until 06:00"),
        ("alert me about PAY* unless it rains", Order.ALERT, Mistake.NOT_UNDERSTOOD, "unless it rains"),
        ("alert me about jobs with high priority", Order.ALERT, Mistake.NOT_UNDERSTOOD, "priority"),
        ("alert me about jobs that fail with rc 8", Order.ALERT, Mistake.NOT_UNDERSTOOD, "8"),
        ("silence PAY* until 06:00 and alert me", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "me"),
        (
            "silence PAY* except PAY_POST for 1 hour",
            Order.SILENCE,
            Mistake.NOT_UNDERSTOOD,
            "except PAY_POST for 1 hour",
        ),
        ("alert me about jobs on FTA1", Order.ALERT, Mistake.UNKNOWN_PLACE, "FTA1"),
        ("alert me about PAY* and call Ana", Order.ALERT, Mistake.NO_PERSON, "Ana"),
        ("alert me about " + ", ".join(f"JOB{n}" for n in range(11)), Order.ALERT, Mistake.TOO_MANY, ""),
        ("silence", Order.SILENCE, Mistake.NOTHING_NAMED, ""),
        ("silence ETL_LOAD", Order.SILENCE, Mistake.NO_TIME, ""),
        ("silence ETL_LOAD for a while", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "while"),
        ("silence ETL_LOAD until 24/12", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "until 24/12"),
        ("silence ETL_LOAD until 25:00", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "until 25:00"),
        ("silence ETL_LOAD until monday", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "until monday"),
        ("silence ETL_LOAD for 1 hour but not PAY", Order.SILENCE, Mistake.NOT_UNDERSTOOD, "but not PAY"),
        ("why was I not told?", Order.WHY_NOT_TOLD, Mistake.NOTHING_NAMED, ""),
        ("por que não fui avisado?", Order.WHY_NOT_TOLD, Mistake.NOTHING_NAMED, ""),
    ],
)
def test_an_order_that_cannot_be_read_whole_is_none(text: str, order: Order, mistake: Mistake, what: str) -> None:
    assert understood(text) == Unread(order, mistake, what)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "why did PAYROLL_POST fail?",
        "tell me about PAYROLL_POST",
        "release PAYROLL_POST",
        "libera o PAYROLL_POST",
        "cancel PAYROLL_POST",
        "stop PAYROLL_POST",
        "what is the alert about?",
        "is CHG123 closed?",
        "don't silence ETL_LOAD until 06:00",
        "não silenciar ETL_LOAD por 1 hora",
        "can I silence ETL_LOAD for 1 hour?",
        "did Ana silence ETL_LOAD until 06:00?",
        "sj @#@.@+state=abend",
        "> silence ETL_LOAD until 06:00",
        "it says: silence ETL_LOAD until 06:00",
        "AWSBHT001E silence ETL_LOAD until 06:00",
        "the log\nsilence ETL_LOAD until 06:00",
        "silence ETL_LOAD until 06:00\n" * 11,
        "silence ETL_LOAD until 06:00 because " + "x" * 500,
    ],
)
def test_what_is_not_alertings_business(text: str) -> None:
    assert read(text, ENGINES) == ()


def test_lines_that_are_all_orders_are_carried_out() -> None:
    readings = read("silence ETL_LOAD for 2 hours\n\nalert me about PAY*\n", ENGINES)

    assert [reading.command for reading in readings] == [MakeSilence((ETL,), TWO_HOURS), AlertHere((PAY,))]


def test_no_question_of_the_evaluations_is_taken_from_the_agent() -> None:
    for case in sorted(EVALS.glob("*/case.toml")):
        said = loads(case.read_text(encoding="utf-8"))["say"]
        for text in [said] if isinstance(said, str) else said:
            assert read(text, ENGINES) == (), f"{case.parent.name}: {text}"


@pytest.mark.parametrize("language", list(Language))
def test_the_words_under_the_buttons_are_understood(language: Language) -> None:
    said = {
        orders.acknowledge("1a2b3c4d", language): Acknowledge(WithId("1a2b3c4d")),
        orders.release("1a2b3c4d", language): Release(WithId("1a2b3c4d")),
        orders.silence("ETL_LOAD", language): MakeSilence((ETL,), Lasting(timedelta(hours=1))),
        orders.unsilence("1a2b3c4d", language): EndSilence(WithId("1a2b3c4d")),
        orders.digest(language): ShiftDigest(),
        orders.why_not_told("ETL_LOAD", language): WhyNotTold("ETL_LOAD"),
        orders.LIST_ALERTS.in_(language): ListRules(),
    }

    readings = {text: read_line(text, ENGINES) for text in said}

    assert {text: reading.command for text, reading in readings.items() if reading} == said
    assert {reading.language for reading in readings.values() if reading} == {language}


# --- times ---

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=LISBON)  # a Monday


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("until 06:00", datetime(2026, 11, 23, 6, tzinfo=LISBON)),
        ("until 02:00", datetime(2026, 11, 24, 2, tzinfo=LISBON)),
        ("until 01:59", datetime(2026, 11, 24, 1, 59, tzinfo=LISBON)),
        ("until today 06:00", datetime(2026, 11, 23, 6, tzinfo=LISBON)),
        ("until today 01:00", None),
        ("until tomorrow 01:00", datetime(2026, 11, 24, 1, tzinfo=LISBON)),
        ("until midnight", datetime(2026, 11, 24, 0, tzinfo=LISBON)),
        ("until today midnight", datetime(2026, 11, 24, 0, tzinfo=LISBON)),
        ("until monday 06:00", datetime(2026, 11, 23, 6, tzinfo=LISBON)),
        ("until monday 01:00", datetime(2026, 11, 30, 1, tzinfo=LISBON)),
        ("until sunday 18h", datetime(2026, 11, 29, 18, tzinfo=LISBON)),
        ("until 2026-11-22 06:00", None),
        ("ate as 6 da tarde", datetime(2026, 11, 23, 18, tzinfo=LISBON)),
    ],
)
def test_the_moment_that_is_meant(said: str, moment: datetime | None) -> None:
    found = read_until(said, 0)
    assert found
    assert isinstance(found[0], ClockTime)
    assert found[1] == len(said)

    assert moment_of(found[0], now=NOW, zone=LISBON) == moment


_OFFSETS = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@given(
    clock=st.times(),
    now=st.datetimes(datetime(2026, 1, 2), datetime(2030, 1, 1), timezones=_OFFSETS),  # noqa: DTZ001
    zone=_OFFSETS,
)
def test_a_time_of_day_is_its_next_one(clock: object, now: datetime, zone: timezone) -> None:
    text = f"{clock}"[:5]

    found = read_until(f"until {text}", 0)
    assert found
    assert isinstance(found[0], ClockTime)
    moment = moment_of(found[0], now=now, zone=zone)

    assert moment is not None
    assert now < moment <= now + timedelta(days=1)
    assert f"{moment.astimezone(zone):%H:%M}" == text


@given(hours=st.integers(0, 99), minutes=st.integers(0, 59))
def test_hours_and_minutes_are_added(hours: int, minutes: int) -> None:
    found = read_length(f"for {hours}h{minutes:02d}", 0)

    length = timedelta(hours=hours, minutes=minutes)
    assert found == ((Lasting(length), len(f"for {hours}h{minutes:02d}")) if length else None)


@given(st.text(max_size=200))
def test_no_text_makes_the_grammar_fail(text: str) -> None:
    for beginning in ("", "alert me ", "silence ", "end silence ", "why was I not told about ", "ack "):
        read(beginning + text, ENGINES)


_TYPED = """
    alert me here about silence until for because PAY* on PROD critical only job stream folder /A 06:00 2 hours CHG1 and
    call here ETL_LOAD no até por
"""
_WORDS = st.sampled_from(_TYPED.split())


@given(st.lists(_WORDS, max_size=12).map(" ".join))
def test_an_order_is_read_whole_or_not_at_all(text: str) -> None:
    match understood(f"silence {text}"):
        case MakeSilence() as order:
            assert order.patterns
            assert order.until is not None or order.ticket
        case Unread(order=order_kind):
            assert order_kind is Order.SILENCE
        case other:
            pytest.fail(f"{other}")


README = Path(__file__).parents[3] / "manifests" / "alerts" / "README.md"


def test_all_that_the_readme_says_to_type_is_understood() -> None:
    table = README.read_text(encoding="utf-8").partition("| you say |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines()[2:]]
    typed = [text for row in rows for cell in row for text in re.findall(r"`([^`]+)`", cell)]
    orders_typed = [text for text in typed if " " in text and not text.startswith("...")]

    assert len(orders_typed) > 20
    assert [text for text in orders_typed if isinstance(understood(text), Unread | None)] == []
