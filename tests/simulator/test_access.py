"""Who gets in, and what they get to see."""

from datetime import timedelta

import httpx
import pytest

from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.settings import ApiKey, SimulatorSettings, UserAccount
from tests.simulator.conftest import BASE
from tests.simulator.nights import at


def client(server: RunningSimulator, *auth: str, token: str = "") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    credentials = (auth[0], auth[1]) if auth else None
    return httpx.AsyncClient(base_url=server.url + BASE, auth=credentials, headers=headers)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic ZGVtbw==",  # demo
        "Basic ZGVtbzp3cm9uZw==",  # demo:wrong
        "Basic bm9ib2R5OmRlbW8=",  # nobody:demo
        "Basic /////w==",
        "Bearer",
        "Bearer demo",
        "Digest ZGVtbzpkZW1v",
    ],
)
@pytest.mark.asks_wrongly
async def test_nobody_known_gets_in(server: RunningSimulator, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with httpx.AsyncClient(base_url=server.url + BASE, headers=headers) as stranger:
        for path in ("/engine/info", "/plan/job", "/plan/nothing"):
            answer = await stranger.get(path)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
            assert answer.json()["messages"]


async def test_a_password_may_hold_a_colon_and_more() -> None:
    given = SimulatorSettings(speed=0, port=0, users=(UserAccount("ana", "a:b ç"),))
    async with running_simulator(given) as server, client(server, "ana", "a:b ç") as ana:
        assert (await ana.get("/engine/info")).status_code == 200


async def test_a_bearer_key_acts_for_its_user_until_it_expires() -> None:
    keys = (
        ApiKey("good", "demo"),
        ApiKey("expired", "demo", expires=at("02:00")),
        ApiKey("valid", "cards", expires=at("02:00") + timedelta(seconds=1)),
        ApiKey("orphan", "nobody"),
    )
    given = SimulatorSettings(speed=0, port=0, start=at("02:00"), api_keys=keys)
    async with running_simulator(given) as server:
        expected = {"good": 200, "expired": 401, "valid": 200, "orphan": 401, "goo": 401}
        for token, status in expected.items():
            async with client(server, token=token) as holder:
                assert (await holder.get("/plan/job", params={"limit": 1})).status_code == status


async def test_a_restricted_user_sees_own_folders_alone(server: RunningSimulator) -> None:
    plan = server.simulator.plan
    async with client(server, "cards", "cards") as cards:
        page = (await cards.get("/plan/job")).json()
        assert {job["folder"] for job in page["results"]} == {"/CARDS"}
        counted = (await cards.get("/plan/job/count", params={"grouping_filters": "folder"})).json()
        assert set(counted["groupedCount"]) == {"/CARDS"}
        assert (await cards.get("/plan/job", params={"oql": "name = 'PAYROLL_CALC'"})).json()["count"] == 0
        assert (await cards.get(f"/plan/job/{plan.job('CARDS_PAN_EXPORT').id}")).status_code == 200
        assert (await cards.get("/plan/prompt")).json()["count"] == 0
        assert (await cards.get("/plan/workstation")).json()["count"] == 12


async def test_what_a_role_must_not_display_is_forbidden_by_id(server: RunningSimulator) -> None:
    plan = server.simulator.plan
    calc = plan.job("PAYROLL_CALC")
    async with client(server, "cards", "cards") as cards:
        for path in (
            f"/plan/job/{calc.id}",
            f"/plan/job/{calc.id}/successors",
            f"/plan/jobstream/{calc.stream.id}",
            f"/plan/job/run/{calc.run.id}/joblog",
        ):
            answer = await cards.get(path)
            assert answer.status_code == 403
            [message] = answer.json()["messages"]
            assert message.startswith("AWSJDB817E")
            assert "cards" in message


async def test_a_role_without_folders_is_forbidden_everything() -> None:
    given = SimulatorSettings(speed=0, port=0, users=(UserAccount("new", "new", folders=()),))
    async with running_simulator(given) as server, client(server, "new", "new") as new:
        assert (await new.get("/engine/info")).status_code == 200
        for path in ("/plan/job", "/plan/workstation", "/plan/job/count"):
            assert (await new.get(path)).status_code == 403


def test_secrets_stay_out_of_representations() -> None:
    given = SimulatorSettings(users=(UserAccount("ana", "hush"),), api_keys=(ApiKey("hush", "ana"),))
    assert "hush" not in repr(given)
