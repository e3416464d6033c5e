import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web import factory


@pytest.fixture
async def client(make_host, bot):
    adapter = factory(make_host())
    app = web.Application()
    app.add_routes(adapter.routes())
    async with bot.working(adapter), TestClient(TestServer(app)) as client:
        yield client


async def test_a(client):
    r = await client.post("/api/chat", json={"message": "hi"})
    j = await r.json()
    print(r.status, j)
    r = await client.post(
        "/api/chat",
        json={"message": "again", "conversation": j["conversation"]},
        headers={"Accept": "text/event-stream"},
    )
    print(r.status, r.headers, (await r.text()))
    r = await client.get("/api/chat/" + j["conversation"])
    print(await r.text())
    r = await client.get("/")
    print(r.headers)
