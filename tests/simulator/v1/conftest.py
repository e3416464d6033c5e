"""The bank's night at two o'clock, asked in V1."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from resync_bot.simulator.plan import Plan
from resync_bot.simulator.server import RunningSimulator

BASE = "/twsd"


class V1:
    """A client that says what the test means: a query and its headers."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, path: str, content: Any = None, /, **headers: str) -> httpx.Response:
        """A POST; headers are given with underscores (How_Many)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(path, json={} if content is None else content, headers=named)

    async def query(self, kind: str, content: Any = None, /, **headers: str) -> list[dict[str, Any]]:
        """The objects of one type that a body selects."""
        answer = await self.post(f"/plan/current/{kind}/query", content, **headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    async def jobs(self, *, all_runs: bool = False, **members: Any) -> list[str]:
        """The names of the jobs that a filter with these members selects."""
        chosen = members if all_runs else {"lastInRerunChain": True, **members}
        return [job["name"] for job in await self.query("job", {"filters": {"jobInPlanFilter": chosen}})]

    async def get(self, path: str, **parameters: Any) -> Any:
        """A GET that is answered well."""
        answer = await self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def v1(server: RunningSimulator) -> AsyncIterator[V1]:
    """A client that may see everything."""
    async with httpx.AsyncClient(base_url=server.url + BASE, auth=("demo", "demo")) as client:
        yield V1(client)


@pytest.fixture
def plan(server: RunningSimulator) -> Plan:
    return server.simulator.plan
