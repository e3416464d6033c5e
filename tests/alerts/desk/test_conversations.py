"""People in a channel tell alerting what they want, and see what was understood."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from resync_bot.alerts.desk.asked import here
from resync_bot.alerts.model import Acknowledgement, Origin, Pattern, Rule, Severity
from resync_bot.alerts.store import AlertStore
from resync_bot.conversation.model import Divider, Person, Place
from resync_bot.errors import StoreUnavailableError
from resync_bot.simulator.fault_models import Forbidden
from resync_bot.simulator.server import RunningSimulator
from tests.alerts.desk.conftest import BRUNO, OTHER, TWO_IN_THE_NIGHT, Channel, group_of, with_standing

HERE = "slack/T1/C0NIGHT/"
EVERYTHING_HERE = Rule(id="default", origin=Origin.DEFAULT, pattern=Pattern(), to=(HERE,))
OF_THE_FILE = Rule(id="file:pay", name="pay", origin=Origin.FILE, pattern=Pattern(job="PAY@"), to=(HERE,))


# --- rules ---


async def test_an_alert_is_ordered_told_what_it_means_and_undone(channel: Channel) -> None:
    said = await channel.says("alert me here about PAYROLL* on PROD")

    (rule,) = await channel.store.rules()
    assert "From now on this comes here: `PAYROLL@` on engine `PROD`." in said
    assert re.search(r"it means \d+ jobs and \d+ job streams", said)
    assert rule.to == (HERE,), "the channel, and not the thread of it"
    assert (rule.origin, rule.by, rule.pattern) == (Origin.CHAT, "Ana", Pattern(engine="PROD", name="PAYROLL@"))

    assert "does not come here any more" in await channel.says(channel.buttons[0])
    assert await channel.store.rules() == ()


async def test_the_same_in_portuguese(channel: Channel) -> None:
    said = await channel.says("me avise aqui sobre PAYROLL* no PROD, só críticos")

    (rule,) = await channel.store.rules()
    assert "A partir de agora isto vem para cá" in said
    assert (rule.language, rule.pattern.severity) == ("pt", Severity.CRITICAL)
    assert "Isto não vem mais para cá" in await channel.says(channel.buttons[0])
    assert await channel.store.rules() == ()


async def test_what_is_ordered_already_is_said_so(channel: Channel) -> None:
    await channel.says("alert me here about PAYROLL*")

    assert "comes here already" in await channel.says("alert us here about PAYROLL*", by=BRUNO)
    assert len(await channel.store.rules()) == 1


async def test_the_same_rule_in_another_channel_is_another_rule(channel: Channel) -> None:
    await channel.says("alert me here about PAYROLL*")
    await channel.says("alert me here about PAYROLL*", at=OTHER)

    assert {rule.to for rule in await channel.store.rules()} == {(HERE,), (here(OTHER),)}
    assert "There is no such rule here" in await channel.says(channel.buttons[0])


async def test_a_name_that_nothing_has_is_ordered_all_the_same(channel: Channel) -> None:
    said = await channel.says("alert me here about PAYROLL_CALK")

    assert "Nothing in the present plan has that name. Did you mean `PAYROLL_CALC`?" in said
    assert len(await channel.store.rules()) == 1


async def test_a_folder_means_itself_and_what_is_below(channel: Channel) -> None:
    assert re.search(r"it means \d+ jobs", await channel.says("alert me here about jobs in folder /PAYROLL"))


async def test_a_machine_is_counted_as_one(channel: Channel) -> None:
    assert "it means 1 workstation." in await channel.says("alert me here about FTA_PAY01")


async def test_what_is_open_already_comes_too(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"), at=OTHER)

    assert "1 alert about it is open and comes here now." in await channel.says("alert me here about PAYROLL*")


async def test_the_list_says_where_each_rule_comes_from(channel: Channel) -> None:
    with_standing(channel, OF_THE_FILE, EVERYTHING_HERE)
    await channel.says("alert me here about RISK_*")

    listed = await channel.says("list my alerts")

    assert "1. `RISK_@` (set by Ana, 02:00)" in listed
    assert "2. job `PAY@` (from the site's file, rule `pay`)" in listed
    assert "3. the default: what no other rule means" in listed
    assert len(channel.buttons) == 1, "only what was made in a chat is taken away in one"
    assert "changed there and not from a chat" in await channel.says("remove alert rule 2")
    assert "There is no such rule here" in await channel.says("remove alert rule 9")


async def test_nothing_comes_to_a_channel_without_rules(channel: Channel) -> None:
    assert "Nenhuma regra manda alertas para cá" in await channel.says("listar meus alertas")


async def test_a_rule_is_taken_away_by_what_it_is_about(channel: Channel) -> None:
    await channel.says("alert me here about PAYROLL* on PROD, critical only")
    await channel.says("alert me here about RISK_*")

    assert "`PAYROLL@`" in await channel.says("stop alerting me here about PAYROLL*")
    assert [rule.pattern.name for rule in await channel.store.rules()] == ["RISK_@"]


async def test_a_turn_that_is_run_again_makes_nothing_twice(channel: Channel) -> None:
    texts = ("alert me here about PAYROLL* and RISK_*", "silence PAYROLL_CALC for 1 hour")
    first = await channel.says(*texts, turn="t1")
    channel.now += timedelta(minutes=1)
    await channel.says(*texts, turn="t1")

    assert len(await channel.store.rules()) == 2
    (silence,) = await channel.store.silences()
    assert silence.until == TWO_IN_THE_NIGHT + timedelta(hours=1)
    assert "Silent until 03:00" in first


async def test_a_number_means_the_same_rule_when_its_turn_is_run_again(channel: Channel) -> None:
    for name in ("A*", "B*", "C*"):
        await channel.says(f"alert me here about {name}")
    second = (await channel.store.rules())[1]

    await channel.says("remove alert rule 2", turn="t1")
    await channel.says("remove alert rule 2", turn="t1")

    assert second not in (left := await channel.store.rules())
    assert len(left) == 2


async def test_a_place_has_only_so_many_rules(channel: Channel) -> None:
    for batch in range(5):
        await channel.says("alert me here about " + ", ".join(f"JOB_{batch}_{n}" for n in range(10)))

    assert "There are 50 rules here already" in await channel.says("alert me here about JOB_X")
    assert len(await channel.store.rules()) == 50


# --- silences ---


async def test_a_silence_is_ordered_listed_and_ended(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)
    said = await channel.says("silence PAYROLL_CALC until 06:00 because CHG123: new disk")

    (silence,) = await channel.store.silences()
    assert "Silent until 06:00, everywhere: `PAYROLL_CALC`, because CHG123: new disk." in said
    assert "It ends earlier if somebody says `CHG123 is closed`." in said
    assert (silence.by, silence.place, silence.ticket) == ("Ana", HERE, "CHG123")
    assert silence.until == TWO_IN_THE_NIGHT + timedelta(hours=4), "by the engine's clock, if the person's is not known"

    assert "1. `PAYROLL_CALC` until 06:00, by Ana, because CHG123: new disk" in await channel.says("list silences")
    assert "The silence is over: `PAYROLL_CALC`." in await channel.says(channel.buttons[0])
    (silence,) = await channel.store.silences()
    assert silence.until == TWO_IN_THE_NIGHT, "kept, so that its recap is told"
    assert "Nothing is silent" in await channel.says("what is silenced?")


async def test_a_time_of_day_is_by_the_clock_of_whoever_says_it(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)
    in_lisbon = Person("slack", "U0RUI", "Rui", zone="Europe/Lisbon")  # 05:00 there

    assert "Silent until 06:00" in await channel.says("silence PAYROLL_CALC until 06:00", by=in_lisbon)
    (silence,) = await channel.store.silences()
    assert silence.until == TWO_IN_THE_NIGHT + timedelta(hours=1)


async def test_a_ticket_keeps_silent_for_seven_days_at_most(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)

    said = await channel.says("silenciar PAYROLL_CALC até fechar CHG123")

    assert "Em silêncio até 30/11 02:00" in said
    assert "no máximo sete dias" in said
    assert "O silêncio acabou: `PAYROLL_CALC`." in await channel.says("a CHG123 foi fechada", by=BRUNO)
    assert "Nenhum silêncio espera pela `CHG123`." in await channel.says("a CHG123 foi fechada")


async def test_a_silence_that_is_too_long_is_cut_and_told_so(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)

    assert "A silence lasts seven days at most." in await channel.says("silence PAYROLL_CALC for 30 days")
    (silence,) = await channel.store.silences()
    assert silence.until == TWO_IN_THE_NIGHT + timedelta(days=7)


async def test_a_time_that_is_over_silences_nothing(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)

    assert "over already" in await channel.says("silence PAYROLL_CALC until today 01:00")
    assert await channel.store.silences() == ()


async def test_open_alerts_that_fall_silent_are_counted(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))

    assert "1 open alert falls silent by it." in await channel.says("silence PAYROLL_CALC for 1 hour")


async def test_only_where_alerts_are_told_may_they_be_silenced(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)
    await channel.says("silence PAYROLL_CALC for 1 hour", "silence RISK_CALC because CHG1234")
    silence = (await channel.store.silences())[0]

    for words in ("silence ETL_LOAD for 1 hour", f"end silence {silence.id}", "CHG1234 is closed"):
        assert "Only where alerts are told" in await channel.says(words, at=OTHER)
    assert len(await channel.desk.silences()) == 2


async def test_a_silence_that_takes_it_in_is_offered_and_not_ended(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)
    await channel.says("silence PAYROLL_* for 1 hour")

    said = await channel.says("end silence of PAYROLL_CALC")

    assert "No silence is about just that" in said
    assert len(await channel.desk.silences()) == 1
    assert "The silence is over" in await channel.says(channel.buttons[0])


# --- looking after an alert ---


async def test_the_first_who_says_so_looks_after_an_alert(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))

    assert "Ana looks after it: `PAYROLL_CALC` failed" in await channel.says("acknowledge 1a2b3c4d")
    assert "Ana looks after it already, since 02:00" in await channel.says("ack PAYROLL_CALC", by=BRUNO)
    assert (await channel.store.acknowledgements())["1a2b3c4d"] == Acknowledgement(
        at=TWO_IN_THE_NIGHT, by="Ana", person="slack/U0ANA"
    )
    assert "Ninguém mais está cuidando" in await channel.says("soltar 1a2b3c4d", by=BRUNO)
    assert "Nobody looked after it" in await channel.says("release 1a2b3c4d")


async def test_who_was_not_told_does_not_look_after_it(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))

    assert "not told here" in await channel.says("acknowledge 1a2b3c4d", at=OTHER)
    assert "No open alert" in await channel.says("ack PAYROLL_CALC", at=OTHER)
    assert await channel.store.acknowledgements() == {}


async def test_on_an_open_platform_everybody_may(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"), at=Place("web", "", "alerts"))
    channel.desk = replace(channel.desk, open_platforms=frozenset({"web"}))

    said = await channel.says("acknowledge 1a2b3c4d", by=Person("web", "v1"), at=Place("web", "", "talk1"))

    assert "It is looked after now: `PAYROLL_CALC` failed" in said


async def test_of_several_alerts_it_is_asked_which(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))
    await channel.was_told_of(group_of("PAYROLL_POST", "5e6f7a8b"))

    said = await channel.says("ack PAYROLL_*")

    assert "2 alerts are meant by that; which one?" in said
    assert set(channel.buttons) == {"acknowledge 1a2b3c4d", "acknowledge 5e6f7a8b"}
    assert await channel.store.acknowledgements() == {}


async def test_what_is_over_is_looked_after_by_nobody(channel: Channel) -> None:
    group = group_of("PAYROLL_CALC")
    await channel.was_told_of(group.model_copy(update={"resolved": group.opened}))

    assert "That alert is over" in await channel.says("acknowledge 1a2b3c4d")
    assert "I know no such alert" in await channel.says("acknowledge 00000000")


async def test_open_alerts_are_those_that_were_told_here(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))
    await channel.was_told_of(group_of("RISK_CALC", "5e6f7a8b"), at=OTHER)

    said = await channel.says("which alerts are open?")

    assert "1 alert is open here:" in said
    assert "`PAYROLL_CALC` failed" in said
    assert "RISK_CALC" not in said
    assert "1 more is open that was not told here." in said
    assert channel.buttons == ["acknowledge 1a2b3c4d"]
    assert "Mais 2 estão abertos" in await channel.says("quais alertas estão abertos?", at=Place("slack", "T1", "C9"))


async def test_the_digest_is_told_on_request(channel: Channel) -> None:
    await channel.was_told_of(group_of("PAYROLL_CALC"))
    await channel.says("acknowledge 1a2b3c4d", "silence RISK_CALC for 2 hours")

    said = await channel.says("resumo do turno")

    assert "Resumo do turno" in said
    assert "`PAYROLL_CALC` falhou" in said
    assert "Ana" in said
    assert "`RISK_CALC` até 04:00" in said


# --- the turn ---


async def test_what_is_not_alertings_goes_to_the_agent(channel: Channel) -> None:
    assert await channel.says("why did PAYROLL_CALC fail?") == "agent: why did PAYROLL_CALC fail?"


async def test_orders_and_questions_of_one_turn_get_one_answer(channel: Channel) -> None:
    said = await channel.says("alert me here about PAYROLL*", "what failed?", "list my alerts", "and why?")

    assert said.index("From now on") < said.index("What comes here") < said.index("agent: what failed? | and why?")
    assert sum(isinstance(block, Divider) for block in channel.answers[-1].blocks) == 2


async def test_what_cannot_be_read_is_asked_back_with_an_example(channel: Channel) -> None:
    said = await channel.says("silence PAYROLL_CALC for a while")

    assert "Nothing was changed: I cannot read this part: `while`." in said
    assert "`silence ETL_LOAD until 06:00 because CHG123`" in said
    assert await channel.store.silences() == ()


async def test_markup_of_a_name_or_a_reason_stays_text(channel: Channel) -> None:
    with_standing(channel, EVERYTHING_HERE)
    by = Person("slack", "U1", "*Eve* [x](http://evil)")

    await channel.says("silence PAYROLL_CALC for 1 hour because <b>*bold*</b>", by=by)
    said = await channel.says("list silences")

    assert r"\*Eve\* \[x\]" in said
    assert r"\*bold\*" in said


async def test_an_engine_that_does_not_answer_hinders_no_order(channel: Channel, server: RunningSimulator) -> None:
    server.faults.add(Forbidden(kind="forbidden").effect(), path="/plan", times=None)
    try:
        said = await channel.says("alert me here about PAYROLL*")
    finally:
        server.faults.clear()

    assert "The engine does not answer now" in said
    assert len(await channel.store.rules()) == 1


async def test_a_store_that_is_away_is_told_as_such(channel: Channel) -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nobody:
        channel.desk = replace(channel.desk, store=AlertStore(nobody, namespace="desk"))

        with pytest.raises(StoreUnavailableError):
            await channel.says("list my alerts")
        assert await channel.says("what failed?") == "agent: what failed?"
