"""Heavy steps, one in each round of the event loop."""

import asyncio

import pytest

from resync_bot.runtime.rounds import BUSY, going_first, is_busy, next_round


class Steps:
    """Steps of several tasks, and the round of the loop in which each went on."""

    def __init__(self) -> None:
        self.went_on: list[tuple[str, int]] = []
        self._round = 0
        self._tick()

    def _tick(self) -> None:
        self._round += 1
        asyncio.get_running_loop().call_soon(self._tick)

    async def step(self, name: str, *, begins: bool = False) -> None:
        await next_round(begins=begins)
        self.went_on.append((name, self._round))


async def test_each_round_has_one() -> None:
    steps = Steps()
    async with asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(steps.step(name))
    names, rounds = zip(*steps.went_on, strict=True)
    assert names == ("a", "b", "c", "d")
    assert len(set(rounds)) == 4


async def test_who_comes_alone_does_not_wait() -> None:
    steps = Steps()
    for name in "ab":
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        began = len(steps.went_on)
        step = asyncio.ensure_future(steps.step(name))
        await asyncio.sleep(0)
        assert len(steps.went_on) == began + 1
        await step


async def test_what_has_begun_goes_on_first() -> None:
    steps = Steps()
    async with asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(steps.step(name, begins=name in "bc"))
    assert [name for name, _ in steps.went_on] == ["a", "d", "b", "c"]


async def test_who_gives_up_holds_nobody_up() -> None:
    steps = Steps()
    tasks = [asyncio.ensure_future(steps.step(name)) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.wait(tasks)
    assert [name for name, _ in steps.went_on] == ["a", "c"]
    assert tasks[1].cancelled()


async def test_it_is_busy_while_many_wait() -> None:
    assert not is_busy()
    steps = Steps()
    tasks = [asyncio.ensure_future(steps.step("a")) for _ in range(BUSY + 1)]  # one of them does not wait
    await asyncio.sleep(0)
    assert is_busy()
    await asyncio.wait(tasks)
    assert not is_busy()


async def test_steps_wait_for_those_who_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resync_bot.runtime.rounds.LONGEST_HOLD", 60)
    steps = Steps()
    with going_first():
        tasks = [asyncio.ensure_future(steps.step(name)) for name in "ab"]
        with going_first():
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert steps.went_on == []
    await asyncio.wait(tasks)
    assert [name for name, _ in steps.went_on] == ["a", "b"]


async def test_a_step_that_has_its_round_already_is_not_called_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resync_bot.runtime.rounds.LONGEST_HOLD", 60)
    steps = Steps()
    tasks = [asyncio.ensure_future(steps.step(name)) for name in "ab"]
    await asyncio.sleep(0)
    with going_first():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [name for name, _ in steps.went_on] == ["a"]
    await asyncio.wait(tasks)


async def test_nobody_who_goes_first_stops_the_others_for_good() -> None:
    steps = Steps()
    with going_first():
        async with asyncio.TaskGroup() as group:
            for name in "abc":
                group.create_task(steps.step(name))
    assert [name for name, _ in steps.went_on] == ["a", "b", "c"]
