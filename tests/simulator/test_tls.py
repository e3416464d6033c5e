"""HTTPS with the simulator's own CA: who knows the CA gets in, who does not refuses it."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from resync_bot.errors import ConfigurationError, EngineError
from resync_bot.runtime.tws_settings import EngineSettings
from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.tls import CA_FILE
from resync_bot.tws.connecting import connect_engine
from tests.simulator.conftest import BASE
from tests.simulator.nights import frozen

INFO = f"{BASE}/engine/info"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=frozen(), tls=tmp_path / "tls") as running:
        yield running


def knowing(ca: Path) -> ssl.SSLContext:
    """As strict as Python 3.13 is by itself."""
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_who_knows_the_ca_gets_in(server: RunningSimulator, tmp_path: Path, host: str) -> None:
    url = server.url.replace("127.0.0.1", host)
    assert url.startswith("https://")
    async with httpx.AsyncClient(verify=knowing(tmp_path / "tls" / CA_FILE), auth=("demo", "demo")) as client:
        assert (await client.get(url + INFO)).status_code == 200


async def test_who_does_not_know_the_ca_refuses(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(auth=("demo", "demo")) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(server.url + INFO)


async def test_the_ca_of_another_start_does_not_do(server: RunningSimulator, tmp_path: Path) -> None:
    async with (
        running_simulator(simulator=frozen(), tls=tmp_path / "other") as other,
        httpx.AsyncClient(verify=knowing(tmp_path / "tls" / CA_FILE), auth=("demo", "demo")) as client,
    ):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(other.url + INFO)


async def test_the_bot_verifies_the_engine_by_its_ca(server: RunningSimulator, tmp_path: Path) -> None:
    knowing_it = EngineSettings(
        host=server.url, user="demo", password=SecretStr("demo"), ca_path=tmp_path / "tls" / CA_FILE
    )
    async with connect_engine(knowing_it) as engine:
        assert (await engine.engine()).zone == "America/Sao_Paulo"
    stranger = EngineSettings(host=server.url, user="demo", password=SecretStr("demo"))
    async with connect_engine(stranger) as engine:
        with pytest.raises(EngineError, match="certificate"):
            await engine.engine()


async def test_plain_http_finds_nobody_there(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(auth=("demo", "demo")) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(server.url.replace("https", "http") + INFO)


async def test_no_key_is_left_on_the_disk(server: RunningSimulator, tmp_path: Path) -> None:
    assert [path.name for path in (tmp_path / "tls").iterdir()] == [CA_FILE]
    assert "PRIVATE" not in (tmp_path / "tls" / CA_FILE).read_text()


async def test_a_directory_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="file"):
        async with running_simulator(simulator=frozen(), tls=tmp_path / "file" / "tls"):
            pass


async def test_the_command_serves_https_and_takes_orders(tmp_path: Path) -> None:
    options = ("--port=0", "--speed=0", f"--tls={tmp_path}", "--faults")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "resync_bot", "simulator", *options), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    url = next(word for word in said.split() if word.startswith("https://"))
    async with httpx.AsyncClient(verify=knowing(tmp_path / CA_FILE), auth=("demo", "demo"), base_url=url) as client:
        assert (await client.get(INFO)).status_code == 200
        assert (await client.get("/simulator/faults")).json() == {"faults": []}
    process.terminate()
    assert await process.wait() == 0
