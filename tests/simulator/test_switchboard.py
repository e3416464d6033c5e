"""The fault switchboard, ordered from and met over HTTP as somebody would who tests a client."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from resync_bot.simulator.server import RunningSimulator, running_simulator
from resync_bot.simulator.switchboard import PATH
from resync_bot.simulator.v1.ids import run_id
from tests.simulator.conftest import BASE
from tests.simulator.nights import frozen

INFO = f"{BASE}/engine/info"
JOBS = f"{BASE}/plan/job"
V1_JOBS = "/twsd/plan/current/job/query"


@pytest.fixture
async def server() -> AsyncIterator[RunningSimulator]:
    async with running_simulator(simulator=frozen(), switchboard=True) as running:
        yield running


@pytest.fixture
async def client(server: RunningSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, auth=("demo", "demo"), timeout=30) as client:
        yield client


async def order(client: httpx.AsyncClient, kind: str, /, *, members: dict[str, Any] | None = None, **scope: Any) -> str:
    answer = await client.post(PATH, json={"fault": {"kind": kind, **(members or {})}, **scope})
    assert answer.status_code == 201, answer.text
    identity: str = answer.json()["id"]
    return identity


async def met(client: httpx.AsyncClient, identity: str) -> int:
    told: int = (await client.get(f"{PATH}/{identity}")).json()["met"]
    return told


# -- orders


async def test_an_order_stands_until_it_is_taken_back(client: httpx.AsyncClient) -> None:
    identity = await order(client, "unavailable", path="/engine")
    assert [(await client.get(INFO)).status_code for _ in range(3)] == [503, 503, 503]
    assert (await client.get(f"{JOBS}?limit=1")).status_code == 200
    assert (await client.get(PATH)).json() == {
        "faults": [{"id": identity, "met": 3, "fault": {"kind": "unavailable"}, "path": "/engine"}]
    }
    assert (await client.delete(f"{PATH}/{identity}")).status_code == 204
    assert (await client.get(INFO)).status_code == 200
    assert (await client.get(f"{PATH}/{identity}")).status_code == 404
    assert (await client.delete(f"{PATH}/{identity}")).status_code == 404


async def test_an_order_comes_as_often_as_it_says_and_the_oldest_first(client: httpx.AsyncClient) -> None:
    await order(client, "forbidden", times=1)
    await order(client, "deadlock", times=2)
    assert [(await client.get(INFO)).status_code for _ in range(4)] == [403, 500, 500, 200]


async def test_all_orders_are_taken_back_at_once(client: httpx.AsyncClient) -> None:
    await order(client, "forbidden")
    await order(client, "deadlock")
    assert (await client.delete(PATH)).status_code == 204
    assert (await client.get(PATH)).json() == {"faults": []}
    assert (await client.get(INFO)).status_code == 200


async def test_a_pattern_a_method_and_v1_paths(client: httpx.AsyncClient) -> None:
    await order(client, "deadlock", path="/plan/*/job/query", method="POST")
    assert (await client.post(V1_JOBS, json={})).status_code == 500
    assert (await client.get(V1_JOBS)).status_code == 404
    assert (await client.post("/twsd/plan/current/jobstream/query", json={})).status_code == 200


async def test_a_probability_is_drawn_from_the_seed(client: httpx.AsyncClient) -> None:
    identity = await order(client, "deadlock", probability=0.5)
    first = [(await client.get(INFO)).status_code for _ in range(40)]
    assert 8 < first.count(500) < 32
    assert await met(client, identity) == first.count(500)
    async with (
        running_simulator(simulator=frozen(), switchboard=True) as again,
        httpx.AsyncClient(base_url=again.url, auth=("demo", "demo")) as other,
    ):
        await order(other, "deadlock", probability=0.5)
        assert [(await other.get(INFO)).status_code for _ in range(40)] == first


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", "order"),
        (b"[]", "order"),
        (b"{}", "fault"),
        (b'{"fault": {"kind": "earthquake"}}', "fault"),
        (b'{"fault": {"kind": "latency"}}', "fault.latency.seconds"),
        (b'{"fault": {"kind": "latency", "seconds": -1}}', "fault.latency.seconds"),
        (b'{"fault": {"kind": "latency", "seconds": 1e9}}', "fault.latency.seconds"),
        (b'{"fault": {"kind": "cut", "bytes": 1}}', "fault.cut.bytes"),
        (b'{"fault": {"kind": "html_page", "status": 99}}', "fault.html_page.status"),
        (b'{"fault": {"kind": "wrapped_refusal", "message_id": "X"}}', "fault.wrapped_refusal.message_id"),
        (b'{"fault": {"kind": "deadlock"}, "times": 0}', "times"),
        (b'{"fault": {"kind": "deadlock"}, "probability": 2}', "probability"),
        (b'{"fault": {"kind": "deadlock"}, "until": "tomorrow"}', "until"),
        (b'{"fault": {"kind": "job_log_hang"}, "times": 3}', "order"),
        (b'{"fault": {"kind": "clock"}}', "fault.clock"),
        (b'{"fault": {"kind": "clock", "speed": 100000}}', "fault.clock.speed"),
    ],
)
async def test_an_order_that_is_not_understood(client: httpx.AsyncClient, content: bytes, where: str) -> None:
    answer = await client.post(PATH, content=content)
    assert answer.status_code == 400
    assert any(message.startswith(f"{where}:") for message in answer.json()["messages"]), answer.text
    assert (await client.get(PATH)).json() == {"faults": []}


async def test_what_can_be_ordered_is_told(client: httpx.AsyncClient) -> None:
    schema = (await client.get(f"{PATH}/schema")).json()
    kinds = schema["properties"]["fault"]["discriminator"]["mapping"]
    assert {"latency", "timeout", "cut", "agent_down", "plan_switch", "clock", "job_log_hang"} <= kinds.keys()


# -- who may order


async def test_it_is_not_there_unless_the_simulator_was_started_with_it() -> None:
    async with (
        running_simulator(simulator=frozen()) as plain,
        httpx.AsyncClient(base_url=plain.url, auth=("demo", "demo")) as client,
    ):
        for method in ("GET", "POST", "DELETE"):
            assert (await client.request(method, PATH)).status_code == 404


async def test_it_asks_for_no_credentials(server: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=server.url) as anybody:
        assert (await anybody.get(PATH)).json() == {"faults": []}
        assert (await anybody.get(INFO)).status_code == 401


async def test_a_page_that_leads_a_browser_here_finds_nothing(client: httpx.AsyncClient) -> None:
    for host in ("evil.example", "evil.example:31116", ""):
        answer = await client.post(PATH, json={"fault": {"kind": "deadlock"}}, headers={"Host": host})
        assert answer.status_code == 404
    assert (await client.get(PATH, headers={"Host": "localhost:31116"})).json() == {"faults": []}


# -- what each kind does


@pytest.mark.parametrize(
    ("kind", "members", "status", "says"),
    [
        ("expired", {}, 401, "The API key has expired"),
        ("expired", {"credential": "password"}, 401, "The password has expired"),
        ("forbidden", {"right": "RERUN"}, 403, "AWSJDB817E"),
        ("wrapped_refusal", {}, 500, "AWSJSY404E The connector reported the following error: AWSBIN076E"),
        ("wrapped_refusal", {"message_id": "AWSBIN006E", "text": "Null"}, 500, "AWSBIN006E Null"),
        ("deadlock", {}, 500, "AWSJDB803E"),
        ("unavailable", {"message_id": "AWSJPL017E"}, 503, "AWSJPL017E"),
        ("unavailable", {}, 503, "<h1>"),
        ("html_page", {}, 200, "<h1>"),
        ("html_page", {"status": 502}, 502, "<h1>"),
    ],
)
async def test_answers_that_are_wrong(
    client: httpx.AsyncClient, kind: str, members: dict[str, Any], status: int, says: str
) -> None:
    await order(client, kind, members=members, times=1)
    answer = await client.get(INFO)
    assert answer.status_code == status
    assert says in answer.text
    assert ("text/html" in answer.headers["Content-Type"]) is ("<h1>" in says)
    assert (await client.get(INFO)).status_code == 200


async def test_a_refusal_names_its_scheme_and_an_outage_its_end(client: httpx.AsyncClient) -> None:
    await order(client, "expired", times=1)
    assert (await client.get(INFO)).headers["WWW-Authenticate"].startswith("Basic")
    await order(client, "unavailable", members={"retry_after": 7}, times=1)
    assert (await client.get(INFO)).headers["Retry-After"] == "7"


async def test_json_that_is_none(client: httpx.AsyncClient) -> None:
    await order(client, "garbled", times=1)
    with pytest.raises(ValueError):
        (await client.get(JOBS)).json()
    await order(client, "garbled", members={"how": "encoding"}, times=1)
    with pytest.raises(UnicodeDecodeError):
        (await client.get(JOBS)).content.decode()


@pytest.mark.parametrize("length", [0, 100])
async def test_a_connection_that_breaks(client: httpx.AsyncClient, length: int) -> None:
    await order(client, "cut", members={"after_bytes": length}, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get(INFO)
    assert (await client.get(INFO)).status_code == 200


async def test_latency_outlasts_a_short_timeout(client: httpx.AsyncClient) -> None:
    await order(client, "latency", members={"seconds": 60, "jitter": 30}, times=1)
    with pytest.raises(httpx.ReadTimeout):
        await client.get(INFO, timeout=httpx.Timeout(5, read=0.05))


async def test_a_request_that_is_never_answered_breaks_when_the_fault_is_taken_back(client: httpx.AsyncClient) -> None:
    identity = await order(client, "timeout", times=1)
    asking = asyncio.ensure_future(client.get(INFO))
    while await met(client, identity) == 0:
        assert not asking.done()
    await client.delete(f"{PATH}/{identity}")
    with pytest.raises(httpx.RemoteProtocolError):
        await asking


@pytest.mark.parametrize(("gone", "between"), [(3, 3), (-2, -2)])
async def test_a_list_that_changes_between_two_pages(client: httpx.AsyncClient, gone: int, between: int) -> None:
    by_name = {"oql": "name LIKE '@' ORDER BY name ASC, id ASC", "limit": "50"}
    whole = [job["id"] for job in (await client.get(JOBS, params=by_name | {"limit": "200"})).json()["results"]]
    await order(client, "changing_pages", members={"gone": gone})
    first = (await client.get(JOBS, params=by_name)).json()
    second = (await client.get(JOBS, params=by_name | {"offset": "50"})).json()
    assert [job["id"] for job in first["results"]] == whole[:50]
    assert [job["id"] for job in second["results"]] == whole[50 + between : 100 + between]
    assert second["count"] == first["count"] - gone


async def test_a_list_of_v1_that_changes_between_two_pages(client: httpx.AsyncClient) -> None:
    body = {"filters": {"jobStreamInPlanFilter": {}}, "sorters": {"jobStreamInPlanSorter": {"jobStreamId": {}}}}
    path = "/twsd/plan/current/jobstream/query"
    whole = [one["id"] for one in (await client.post(path, json=body)).json()]
    await order(client, "changing_pages", members={"gone": 1})
    first = await client.post(path, json=body, headers={"How-Many": "5"})
    last = first.headers["Last-Object"]
    second = await client.post(f"{path}_next", json=body, headers={"How-Many": "5", "Last-Object": last})
    third = await client.post(path, json=body, headers={"Query-PageSize": "5", "Query-PageNumber": "5"})
    assert [one["id"] for one in first.json()] == whole[:5]
    assert [one["id"] for one in second.json()] == [one["id"] for one in third.json()] == whole[6:11]


async def test_slow_pages_are_those_after_the_first(client: httpx.AsyncClient) -> None:
    await order(client, "latency", members={"seconds": 60}, further_pages=True)
    assert (await client.get(JOBS, params={"limit": "5"})).status_code == 200
    assert (await client.get(JOBS, params={"limit": "5", "offset": "0"})).status_code == 200
    with pytest.raises(httpx.ReadTimeout):
        await client.get(JOBS, params={"limit": "5", "offset": "5"}, timeout=httpx.Timeout(5, read=0.05))


# -- the job logs that hang


async def test_too_many_job_logs_at_once_hang_all_of_them_until_the_engine_is_restarted(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    log = f"{BASE}/plan/job/run/{server.simulator.plan.job('PAYROLL_CALC').run.id}/joblog"
    identity = await order(client, "job_log_hang", members={"above": 2})
    held = await order(client, "latency", members={"seconds": 60}, path="/plan/job/run")
    two = [asyncio.ensure_future(client.get(log)) for _ in range(2)]
    while await met(client, held) < 2:
        assert not any(asking.done() for asking in two)
    third = asyncio.ensure_future(client.get(log))
    while await met(client, identity) < 1:
        assert not third.done()
    await client.delete(f"{PATH}/{held}")  # this ends the wait of all: the first two get their logs
    assert [(await asking).status_code for asking in two] == [200, 200]
    with pytest.raises(httpx.RemoteProtocolError):
        await third
    fourth = asyncio.ensure_future(client.get(log))  # alone, and yet it hangs
    while await met(client, identity) < 2:
        assert not fourth.done()
    assert (await client.get(INFO)).status_code == 200
    await client.delete(f"{PATH}/{identity}")
    with pytest.raises(httpx.RemoteProtocolError):
        await fourth
    assert (await client.get(log)).status_code == 200


# -- what changes the engine itself


async def test_an_agent_that_is_down_until_it_is_taken_back(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    workstation = server.simulator.plan.workstation("FTA_PAY01")
    identity = await order(client, "agent_down", members={"workstation": "FTA_PAY01"})
    assert not workstation.linked
    [told] = (await client.get(f"{BASE}/plan/workstation", params={"oql": "name = 'FTA_PAY01'"})).json()["results"]
    assert "LINKED" not in told["activeStates"]
    await client.delete(f"{PATH}/{identity}")
    assert workstation.linked
    answer = await client.post(PATH, json={"fault": {"kind": "agent_down", "workstation": "NOBODY"}})
    assert answer.status_code == 400
    assert "NOBODY" in answer.json()["messages"][0]


async def test_logs_lie_on_the_agent_and_cannot_be_had_while_it_is_down(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    run = server.simulator.plan.job("PAYROLL_CALC").run
    logs = [
        f"{BASE}/plan/job/run/{run.id}/joblog",
        f"{BASE}/plan/job/joblog?oql=name%20%3D%20'PAYROLL_CALC'",
        f"/twsd/plan/current/job/{quote(run_id(run), safe='')}/joblog",
    ]
    assert [(await client.get(log, headers={"Id-Encoding": "0"})).status_code for log in logs] == [200, 200, 200]
    identity = await order(client, "agent_down", members={"workstation": "FTA_PAY01"})
    for log in logs:
        answer = await client.get(log, headers={"Id-Encoding": "0"})
        assert answer.status_code == 500
        assert answer.json()["messages"][0].startswith("AWSJMR003E")
    await client.delete(f"{PATH}/{identity}")
    assert [(await client.get(log, headers={"Id-Encoding": "0"})).status_code for log in logs] == [200, 200, 200]


async def test_a_plan_switch_is_a_while_of_503_and_then_another_plan(
    server: RunningSimulator, client: httpx.AsyncClient
) -> None:
    before = server.simulator.plan.run_number
    await order(client, "plan_switch")
    for answer in (await client.get(JOBS), await client.post(V1_JOBS, json={})):
        assert answer.status_code == 503
        assert answer.json()["messages"][0].startswith("AWSJPL017E")
    for path in (INFO, "/twsd/engine/info"):
        assert (await client.get(path)).status_code == 200
    await order(client, "clock", members={"advance": 600})
    assert (await client.get(f"{JOBS}?limit=1")).status_code == 200
    assert (await client.get("/twsd/engine/info")).json()["synphonyRunNumber"] == before + 1


async def test_the_clock_jumps_and_runs_at_another_speed(server: RunningSimulator, client: httpx.AsyncClient) -> None:
    before = server.simulator.now()
    await order(client, "clock", members={"advance": 3600})
    assert server.simulator.now() - before == timedelta(hours=1)
    identity = await order(client, "clock", members={"speed": 60})
    assert server.simulator.clock.speed == 60
    await client.delete(f"{PATH}/{identity}")
    assert server.simulator.clock.speed == 0
