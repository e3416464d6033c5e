"""A question in, its answer out."""

from tests.adapters.slack.conftest import Desk


async def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    question = desk.says.mention("C0OPS", "what failed?")
    assert await desk.says.say(question) == 200
    (answer,) = await desk.answers()
    assert answer.thread_ts == question["ts"]
    assert desk.said() == ["You said: what failed?"]
