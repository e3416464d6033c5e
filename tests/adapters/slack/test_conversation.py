"""Who is answered, where, and what the bot reads. Rows of the table of traps are named in the tests."""

import pytest
from redis.asyncio import Redis

from adapters.slack.errors import SlackRefusedError
from resync_bot.conversation.model import Question
from resync_bot.conversation.ports import RateLimited, Refused
from resync_bot.errors import DeliveryDelayedError, StoreUnavailableError
from tests.adapters.slack.conftest import Desk, DeskMaker
from tests.adapters.slack.standin import StandIn
from tests.adapters.slack.standin.faults import Fault


async def asked(desk: Desk) -> list[str]:
    """What was answered, or is about to be."""
    await desk.bot.is_idle()
    return [one.text for one in desk.bot.answered if isinstance(one, Question)]


async def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    question = desk.says.mention("C0OPS", "what failed?")
    assert await desk.says.say(question) == 200
    (answer,) = await desk.answers()
    assert answer.thread_ts == question["ts"]
    assert desk.said() == ["You said: what failed?"]


async def test_a_direct_message_needs_no_mention_and_is_answered_in_its_thread(desk: Desk) -> None:
    question = desk.says.message("D0ANA", "what failed?")
    assert await desk.says.say(question) == 200
    (answer,) = await desk.answers()
    assert answer.thread_ts == question["ts"]


async def test_in_a_thread_it_is_in_everybody_is_answered_in_one_conversation(desk: Desk) -> None:
    question = desk.says.mention("C0OPS", "what failed?", user="U0ANA")
    await desk.says.say(question)
    await desk.answers()
    await desk.says.say(desk.says.message("C0OPS", "and why?", user="U0BOB", thread_ts=question["ts"]))
    await desk.answers(2)
    first, second = desk.bot.accepted
    assert first.place == second.place
    assert (first.person.id, second.person.id) == ("U0ANA", "U0BOB")


async def test_a_thread_under_its_own_message_is_for_it(desk: Desk) -> None:
    await desk.says.say(desk.says.mention("C0OPS", "hello"))
    (answer,) = await desk.answers()
    await desk.says.say(desk.says.message("C0NEW", "about that", thread_ts="1.000001", parent_user_id="U0BOT"))
    assert await asked(desk) == ["hello", "about that"]
    assert answer.user == "U0BOT"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("lunch?", {}),
        ("lunch?", {"thread_ts": "1763900000.999999"}),
        ("mail me at <mailto:ana@U0BOT.example|ana@U0BOT>", {}),  # S24
        ("write `<@U0BOT>` to ask it", {}),  # S24
        ("```\n<@U0BOT> what failed?\n```", {}),  # S24
        ("see <https://example.org/@U0BOT>", {}),  # S24
        ("<@U0BOTTLE> lunch?", {}),  # S24
    ],
)
async def test_what_is_not_for_it_is_left_alone(desk: Desk, text: str, facts: dict[str, str]) -> None:
    assert await desk.says.say(desk.says.message("C0OPS", text, **facts)) == 200
    assert desk.bot.accepted == []


async def test_a_thread_message_to_somebody_else_is_left_alone(desk: Desk) -> None:
    question = desk.says.mention("C0OPS", "what failed?")
    await desk.says.say(question)
    await desk.says.say(desk.says.message("C0OPS", "<@U0BOB> can you look?", thread_ts=question["ts"]))
    await desk.says.say(desk.says.message("C0OPS", "<@U0BOB> asks <@U0BOT>: why?", thread_ts=question["ts"]))
    assert await asked(desk) == ["what failed?", "@U0BOB asks why?"]


@pytest.mark.parametrize(
    "facts",
    [
        {"user": "U0BOT"},
        {"bot_id": "B0BOT"},
        {"bot_id": "B0OTHER", "user": "U0OTHERBOT"},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "user": ""},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "message_replied"},
    ],
)
async def test_it_never_answers_itself_another_bot_or_slack_itself_s22(desk: Desk, facts: dict[str, str]) -> None:
    assert await desk.says.say({**desk.says.message("D0ANA", "<@U0BOT> hello"), **facts}) == 200
    assert desk.bot.accepted == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_a_message_with_a_file_or_sent_to_the_channel_too_is_a_question_s22(desk: Desk, subtype: str) -> None:
    await desk.says.say(desk.says.message("D0ANA", "read this", subtype=subtype))
    assert await asked(desk) == ["read this"]


async def test_one_post_as_message_and_as_app_mention_is_answered_once_s4(desk: Desk) -> None:
    post = desk.says.message("C0OPS", "<@U0BOT> what failed?")
    await desk.says.say(post)
    await desk.says.say(desk.says.twin(post))
    assert await asked(desk) == ["what failed?"]


async def test_a_redelivery_is_processed_not_dropped_s2(desk: Desk) -> None:
    payload = desk.says.event(desk.says.message("D0ANA", "hello"))
    headers = {"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
    assert await desk.says.post(payload, **headers) == 200
    assert await desk.says.post(payload, **headers) == 200
    assert await asked(desk) == ["hello"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0BOT> what failed?", "what failed?"),
        ("<@U0BOT|resync>: what failed?", "what failed?"),
        ("hey <@U0BOT>, what failed?", "hey what failed?"),
        ("is A &amp; B &lt; C &gt; D?", "is A & B < C > D?"),
        ("look at <https://x.org/a?b=c|this> and <https://y.org>", "look at this and https://y.org"),
        ("ask <@U0BOB|bob> or <@U0EVE> in <#C0OPS|ops>, <!here>", "ask @bob or @U0EVE in #ops, @here"),
        ("<@U0BOT>", "help"),
        ("sj @#@.@+state=abend", "sj @#@.@+state=abend"),
        ("two\nlines", "two\nlines"),
    ],
)
async def test_it_reads_what_was_meant(desk: Desk, written: str, read: str) -> None:
    await desk.says.say(desk.says.message("D0ANA", written))
    assert await asked(desk) == [read]


async def test_it_knows_who_asks(desk: Desk) -> None:
    desk.slack.space.person("U0ANA", tz="Europe/Lisbon", profile={"display_name": "Ana", "email": "ana@x.org"})
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    await asked(desk)
    person = desk.bot.answered[0].person
    assert (person.platform, person.id, person.name, person.email, person.zone) == (
        "slack", "U0ANA", "Ana", "ana@x.org", "Europe/Lisbon",
    )  # fmt: skip


async def test_who_somebody_is_is_asked_once(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        await desk.says.say(desk.says.message("D0ANA", text))
    assert await asked(desk) == ["one", "two", "three"]
    assert len(desk.slack.called("users.info")) == 1


# --- people from elsewhere ---


@pytest.mark.parametrize(
    "facts",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"team_id": "T0ELSEWHERE"},
        {"deleted": True},
        {"is_bot": True},
    ],
)
async def test_guests_and_strangers_get_nothing(desk: Desk, facts: dict[str, object]) -> None:
    desk.slack.space.person("U0EVE", **facts)
    for _ in range(2):  # as a stranger to the bot, and known
        assert await desk.says.say(desk.says.message("D0EVE", "hello", user="U0EVE")) == 200
        assert await asked(desk) == []
    assert desk.said() == []
    assert len(desk.bot.accepted) == 1


@pytest.mark.parametrize("field", ["user_team", "source_team", "team"])
async def test_somebody_of_another_organisation_gets_nothing_s20(desk: Desk, field: str) -> None:
    assert await desk.says.say(desk.says.mention("C0SHARED", "hi", **{field: "T0ELSEWHERE"})) == 200
    assert desk.bot.accepted == []
    assert desk.slack.called("users.info") == []


async def test_a_person_whom_slack_does_not_show_gets_nothing(desk: Desk) -> None:
    assert await desk.says.say(desk.says.message("D0X", "hi", user="U0UNKNOWN1")) == 200
    assert await asked(desk) == []


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("home", ["T0OTHER", "E0US"])  # Slack may name the organisation instead of the workspace
async def test_a_colleague_of_the_same_organisation_is_no_stranger_s20(desk: Desk, home: str, *, known: bool) -> None:
    desk.slack.space.enterprise = "E0US"
    desk.slack.space.person("W0ANA", team_id="T0OTHER", enterprise_user={"enterprise_id": "E0US"})
    for _ in range(1 + known):
        await desk.says.say(desk.says.mention("C0OPS", "hi", user="W0ANA", user_team=home))
        assert await asked(desk)
    assert set(await asked(desk)) == {"hi"}


@pytest.mark.parametrize("known", [False, True])
async def test_another_organisation_of_slacks_is_elsewhere_s20(desk: Desk, *, known: bool) -> None:
    desk.slack.space.enterprise = "E0US"
    desk.slack.space.person("W0EVE", team_id="T0THEIRS", enterprise_user={"enterprise_id": "E0THEM"})
    for _ in range(1 + known):
        await desk.says.say(desk.says.mention("C0OPS", "hi", user="W0EVE", user_team="T0THEIRS"))
        assert await asked(desk) == []


async def test_a_thread_is_one_conversation_whatever_workspace_a_delivery_names_s20(desk: Desk) -> None:
    desk.slack.space.enterprise = "E0US"
    question = desk.says.mention("C0SHARED", "what failed?")
    await desk.says.say(question)
    (answer,) = await desk.answers()
    desk.slack.space.person("W0BOB", team_id="T0OTHER", enterprise_user={"enterprise_id": "E0US"})
    follow_up = desk.says.message("C0SHARED", "why?", user="W0BOB", thread_ts=question["ts"], team="T0OTHER")
    delivery = desk.says.event(follow_up, team_id="T0OTHER", context_team_id="T0OTHER")
    delivery["authorizations"][0]["team_id"] = "T0OTHER"
    assert await desk.says.post(delivery) == 200
    press = desk.says.press(answer, {"action_id": "resync:0:ask", "value": "and now?"}, user="W0BOB")
    press["team"], press["user"]["team_id"] = None, "T0OTHER"
    assert (await desk.says.interact(press))[0] == 200
    await desk.answers(3)
    assert len({one.place for one in desk.bot.answered}) == 1
    assert len(desk.bot.answered) == 3


async def test_guests_and_strangers_are_answered_where_the_settings_say_so(
    open_desk: DeskMaker,
) -> None:
    async with open_desk(allow_guests=True, allow_connect=True) as desk:
        desk.slack.space.person("U0EVE", is_restricted=True)
        desk.slack.space.person("U0TOM", is_stranger=True)
        await desk.says.say(desk.says.message("D0EVE", "guest", user="U0EVE"))
        await desk.says.say(desk.says.message("D0TOM", "stranger", user="U0TOM"))
        assert await asked(desk) == ["guest", "stranger"]


async def test_allow_lists_of_channels_and_workspaces(open_desk: DeskMaker) -> None:
    async with open_desk(allowed_channels=["C0OPS"], allowed_workspaces=["T0HOME"]) as desk:
        await desk.says.say(desk.says.mention("C0OPS", "allowed"))
        await desk.says.say(desk.says.mention("C0LUNCH", "not allowed"))
        await desk.says.say(desk.says.message("D0ANA", "direct"))
        elsewhere = desk.says.event(desk.says.mention("C0OPS", "elsewhere"), authorizations=[], team_id="T0OTHER")
        elsewhere["context_team_id"] = "T0OTHER"
        await desk.says.post(elsewhere)
        assert await asked(desk) == ["allowed", "direct"]


# --- when something is away ---


async def test_not_durable_is_not_acknowledged(desk: Desk) -> None:
    desk.bot.verdicts.append(StoreUnavailableError("away"))
    payload = desk.says.event(desk.says.message("D0ANA", "hello"))
    assert await desk.says.post(payload) == 503
    assert await desk.says.post(payload) == 200
    assert await asked(desk) == ["hello"]


async def test_no_acknowledgement_waits_for_slack_to_say_who_asks(desk: Desk) -> None:
    desk.slack.fault = lambda method, _: Fault(hang=True) if method == "users.info" else None
    desk.bot.hold()
    assert await desk.says.say(desk.says.message("D0ANA", "hello")) == 200
    assert (await desk.says.form(desk.says.command("C0OPS", "what failed?", user="U0BOB")))[0] == 200
    assert {one.person.id for one in desk.bot.accepted} == {"U0ANA", "U0BOB"}
    with pytest.raises(DeliveryDelayedError):
        await desk.adapter.admit(desk.bot.accepted[0])


@pytest.mark.parametrize("fault", [Fault(error="missing_scope"), Fault(error="token_revoked")])
async def test_nobody_is_answered_whom_slack_will_not_name(desk: Desk, fault: Fault) -> None:
    desk.slack.fault = lambda method, _: fault if method == "users.info" else None
    desk.bot.hold()
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    with pytest.raises(SlackRefusedError):
        await desk.adapter.admit(desk.bot.accepted[0])


async def test_a_mention_by_a_guest_brings_it_into_no_thread(desk: Desk) -> None:
    desk.slack.space.person("U0EVE", is_restricted=True)
    question = desk.says.mention("C0OPS", "what failed?", user="U0EVE")
    await desk.says.say(question)
    assert await asked(desk) == []
    await desk.says.say(desk.says.message("C0OPS", "we are among ourselves", thread_ts=question["ts"]))
    assert desk.bot.accepted[1:] == []


async def test_a_guest_is_not_told_to_be_slower(desk: Desk) -> None:
    desk.slack.space.person("U0EVE", is_restricted=True)
    desk.bot.verdicts += [RateLimited(12.3, tell=True), RateLimited(7.0, tell=True)]
    await desk.says.say(desk.says.message("D0EVE", "hello", user="U0EVE"))
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    await desk.slack.until(lambda: desk.slack.space.ephemerals)
    assert [told["user"] for told in desk.slack.space.ephemerals] == ["U0ANA"]


async def test_a_profile_survives_in_redis_for_the_other_replicas(desk: Desk, redis: Redis) -> None:
    await desk.says.say(desk.says.message("D0ANA", "hello"))
    await asked(desk)
    keys = [key async for key in redis.scan_iter("slack:*:person:*")]
    assert len(keys) == 1


async def test_who_asks_too_much_is_told_once_and_alone(desk: Desk) -> None:
    desk.bot.verdicts += [RateLimited(12.3, tell=True), RateLimited(12.0, tell=False)]
    question = desk.says.message("D0ANA", "hello")
    assert await desk.says.say(question) == 200
    assert await desk.says.say(desk.says.message("D0ANA", "hello?")) == 200
    await desk.slack.until(lambda: desk.slack.space.ephemerals)
    (told,) = desk.slack.space.ephemerals
    assert (told["user"], told["thread_ts"]) == ("U0ANA", question["ts"])
    assert "in 13 s" in told["text"]


async def test_what_cannot_be_answered_is_said_to_the_asker(desk: Desk) -> None:
    desk.bot.verdicts.append(Refused("That is too long for me."))
    await desk.says.say(desk.says.message("D0ANA", "x" * 10_000))
    await desk.slack.until(lambda: desk.slack.space.ephemerals)
    assert desk.slack.space.ephemerals[0]["text"] == "That is too long for me."


# --- commands ---


async def test_a_command_is_answered_in_the_channel_and_its_thread_goes_on_s21(desk: Desk, slack: StandIn) -> None:
    status, body = await desk.says.form(desk.says.command("C0OPS", "what failed?"))
    assert (status, body) == (200, "")
    (answer,) = await desk.answers()
    assert answer.thread_ts == ""
    await desk.says.say(desk.says.message("C0OPS", "and why?", user="U0BOB", thread_ts=answer.ts))
    (_, second) = await desk.answers(2)
    assert second.thread_ts == answer.ts
    assert desk.bot.accepted[0].place == desk.bot.accepted[1].place


async def test_two_commands_are_two_conversations(desk: Desk) -> None:
    for _ in range(2):
        await desk.says.form(desk.says.command("C0OPS", "what failed?"))
    assert desk.bot.accepted[0].place != desk.bot.accepted[1].place


async def test_a_command_where_the_bot_is_not_is_answered_through_its_response_url(desk: Desk) -> None:
    desk.slack.space.channel("C0AWAY").is_member = False
    url = f"{desk.slack.url}/hooks/one"
    await desk.says.form(desk.says.command("C0AWAY", "what failed?", response_url=url))
    await desk.slack.until(lambda: desk.slack.hooks)
    (_, body) = desk.slack.hooks[0]
    assert body["response_type"] == "in_channel"
    assert body["text"] == "You said: what failed?"


async def test_a_bare_command_asks_for_help(desk: Desk) -> None:
    await desk.says.form(desk.says.command("C0OPS", ""))
    assert await asked(desk) == ["help"]
