"""No call outlives the question that it belongs to: its deadline, and the person who presses stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from resync_bot.errors import EngineError, EngineErrorKind
from resync_bot.runtime.deadline import within
from resync_bot.simulator.fault_models import Unavailable
from resync_bot.simulator.faults import Fault
from resync_bot.simulator.server import RunningSimulator
from resync_bot.tws.connecting import connect_engine
from resync_bot.tws.queries import JobQuery
from resync_bot.tws.waits import told_to
from tests.tws.conftest import settings
from tests.tws.test_client import asking, count_jobs

INFO = b'{"displayVersion": "10.2.5"}'


class Listening:
    """A server on bare sockets: says who it is, and keeps everything else waiting until the client hangs up."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hung_up = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b"/engine/info" not in head.split(b"\r\n")[0]:
                    self.asked.set()
                    assert await reader.read() == b""
                    self.hung_up.set()
                    return
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(INFO), INFO))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("cache_seconds", [0.0, 60.0])
async def test_who_presses_stop_ends_the_request_itself(cache_seconds: float) -> None:
    engine = Listening()
    async with engine.serving() as url, connect_engine(settings(url, cache_seconds=cache_seconds)) as tws:
        asking_person = asyncio.ensure_future(tws.jobs(JobQuery()))
        await engine.asked.wait()
        asking_person.cancel()
        await asyncio.gather(asking_person, return_exceptions=True)
        await engine.hung_up.wait()
        assert asking_person.cancelled()


async def test_it_goes_on_while_somebody_else_waits_for_the_same() -> None:
    engine = Listening()
    async with engine.serving() as url, connect_engine(settings(url)) as tws:
        await tws.engine()
        two = [asyncio.ensure_future(tws.jobs(JobQuery())) for _ in range(2)]
        await engine.asked.wait()
        two[0].cancel()
        await asyncio.gather(two[0], return_exceptions=True)
        assert not engine.hung_up.is_set()
        two[1].cancel()
        await engine.hung_up.wait()


async def test_a_deadline_ends_the_request_and_does_not_blame_the_engine(server: RunningSimulator) -> None:
    server.faults.add(Fault(hangs=True), path="/plan", times=None)
    async with asking(server.url) as world:
        await world.client.facts()
        with within(0.05), pytest.raises(EngineError) as caught:
            await world.client.ask(count_jobs)
        assert caught.value.kind is EngineErrorKind.TIMED_OUT
        assert world.count("cancelled", "count jobs") == 1
        (snapshot,) = world.breakers.snapshot().values()
        assert (snapshot.state, snapshot.failures) == ("closed", 0)
    server.faults.release()


async def test_what_is_answered_in_time_does_not_notice_the_deadline(server: RunningSimulator) -> None:
    async with asking(server.url) as world:
        with within(60):
            assert sum((await world.client.ask(count_jobs)).values()) > 600


async def test_a_plan_switch_is_waited_for_and_told_and_then_nothing_old_is_remembered(
    server: RunningSimulator,
) -> None:
    told: list[EngineErrorKind] = []

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    async with connect_engine(settings(server.url, cache_seconds=60.0), sleep=at_once) as tws:
        await tws.jobs(JobQuery())
        asked = server.faults.requests.count("/plan/job")
        server.faults.add(
            Unavailable(kind="unavailable", message_id="AWSJPL017E").effect(), path="/plan/job/count", times=5
        )
        with told_to(told.append):
            assert await tws.count_jobs_by_status()
        assert told == [EngineErrorKind.PLAN_SWITCH]
        await tws.jobs(JobQuery())
        assert server.faults.requests.count("/plan/job") == asked + 1


async def test_a_change_is_sent_once_and_never_again(server: RunningSimulator) -> None:
    """Also where a read would be asked again, at another host, or after the plan switch."""
    for fault in (Fault(status=503), Fault(cut=0), Unavailable(kind="unavailable", message_id="AWSJPL017E").effect()):
        async with asking(server.url, server.url.replace("127.0.0.1", "localhost")) as world:
            await world.client.facts()
            server.faults.clear()
            server.faults.add(fault, path="/plan", times=None)
            with pytest.raises(EngineError):
                await world.client.change(count_jobs)
            assert len(server.faults.requests) == 1
            assert world.waits == []
