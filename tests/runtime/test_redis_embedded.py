"""The embedded server: started, kept, restarted and stopped with the bot."""

import asyncio
import os
import signal
import stat
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from resync_bot.errors import ConfigurationError
from resync_bot.runtime.embedded_redis import embedded_redis, server_binary
from resync_bot.runtime.redis import outlast_outage, redis_client
from resync_bot.runtime.sections import RedisSettings

BOT = """
import asyncio, sys
from pathlib import Path
from resync_bot.runtime.embedded_redis import embedded_redis

async def main():
    async with embedded_redis(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def client(url: str) -> Redis:
    """As the bot makes it."""
    return redis_client(url, RedisSettings())


async def pid(url: str) -> int:
    """The server's."""
    async with client(url) as redis:
        return int((await redis.info("server"))["process_id"])


def is_running(process: int) -> bool:
    """Whether there is such a process, and not only what is left of it until somebody asks for its status."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    facts = Path(f"/proc/{process}/stat")
    return not facts.exists() or facts.read_text().rpartition(")")[2].split()[0] != "Z"


def mode(path: Path) -> int:
    """Who may do what with it."""
    return stat.S_IMODE(path.stat().st_mode)


async def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path / "var") as url, client(url) as redis:
        await redis.set("question", "what failed?")
    async with embedded_redis(tmp_path / "var") as url, client(url) as redis:
        assert await redis.get("question") == b"what failed?"


async def test_only_this_user_can_open_it(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path / "var") as url:
        assert mode(tmp_path / "var") == mode(Path(url.removeprefix("unix://"))) == 0o700
        async with client(url) as redis:
            assert (await redis.config_get("port"))["port"] == "0"


async def test_it_is_durable_and_forgets_nothing(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url, client(url) as redis:
        configuration = await redis.config_get("*")
        wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}
        assert {name: configuration[name] for name in wanted} == wanted


async def test_nothing_runs_afterwards(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url:
        server = await pid(url)
        assert is_running(server)
    assert not is_running(server)
    assert not (tmp_path / "redis.sock").exists()


async def test_two_bots_cannot_share_a_directory(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path):
        with pytest.raises(ConfigurationError, match="another bot is running on this directory"):
            async with embedded_redis(tmp_path):
                pytest.fail("there is another one")


async def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        async with embedded_redis(tmp_path / "file"):
            pytest.fail("there is no such directory")


async def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "appendonly.aof").write_text("not what a server writes\n")
    with pytest.raises(ConfigurationError, match=r"did not start: .*append only file"):
        async with embedded_redis(tmp_path):
            pytest.fail("it cannot start")


async def test_a_path_too_long_for_a_socket_does_not_matter(tmp_path: Path) -> None:
    directory = tmp_path / ("long" * 20) / ("path" * 20)
    async with embedded_redis(directory) as url, client(url) as redis:
        assert await redis.ping()
        socket = Path(url.removeprefix("unix://"))
    assert not socket.parent.exists()


async def test_a_path_with_blanks_and_quotes_does_not_matter(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path / 'a "b" c') as url, client(url) as redis:
        assert await redis.ping()


async def test_a_server_that_dies_is_started_again_with_all_it_had(tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with embedded_redis(tmp_path) as url, client(url) as redis:
            await redis.set("question", "what failed?")
            first = await pid(url)
            os.kill(first, signal.SIGKILL)
            second = await outlast_outage(lambda: pid(url))
            assert second != first
            assert await redis.get("question") == b"what failed?"
            async with asyncio.timeout(20):
                # It may answer us before it answers the one who started it.
                while not any(line["event"] == "embedded_redis_restarted" for line in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert not is_running(second)
    assert [line["event"] for line in logs if "embedded" in line["event"]] == [
        "embedded_redis_died",
        "embedded_redis_restarted",
    ]


async def test_a_failure_of_the_bot_arrives_as_itself_and_the_server_ends(tmp_path: Path) -> None:
    servers = []

    async def bot() -> None:
        async with embedded_redis(tmp_path) as url:
            servers.append(await pid(url))
            raise KeyError("a defect of the bot")

    with pytest.raises(KeyError):
        await bot()
    assert not is_running(servers[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
async def test_a_killed_bot_leaves_no_server_and_the_next_one_can_start_at_once(tmp_path: Path) -> None:
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BOT, str(tmp_path), stdout=PIPE, stderr=DEVNULL, cwd=Path(__file__).parents[2]
    )
    assert bot.stdout
    url = (await bot.stdout.readline()).decode().strip()
    server = await pid(url)
    async with client(url) as redis:
        await redis.set("question", "what failed?")
    bot.kill()
    await bot.wait()
    async with embedded_redis(tmp_path) as again, client(again) as redis:
        assert await redis.get("question") == b"what failed?"
        assert not is_running(server)


async def test_an_interrupt_in_the_terminal_does_not_reach_the_server_first(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url:
        assert os.getpgid(await pid(url)) != os.getpgid(0)


@pytest.mark.parametrize(("version", "is_taken"), [("7.0.15", True), ("6.2.0", True), ("6.0.16", False), ("", False)])
def test_an_operators_own_server_is_taken_if_it_is_new_enough(
    version: str, is_taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "redis-server"
    own.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0 malloc=libc bits=64'\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert (server_binary() == own) is is_taken
