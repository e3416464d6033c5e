"""`POST /webhooks/tws` over HTTP, with a real store."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from resync_bot.alerts.sources import waiting_notices
from resync_bot.alerts.sources.notices import NoticeSource
from resync_bot.alerts.sources.reading import LARGEST_BODY
from resync_bot.alerts.sources.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from resync_bot.alerts.sources.waiting_notices import WaitingNotices
from resync_bot.alerts.sources.webhook import PATH, Webhook
from resync_bot.runtime.redis import redis_client
from resync_bot.runtime.sections import HttpSettings, RedisSettings
from resync_bot.web.server import create_app, serving
from tests.alerts.sources.bodies import ENGINES, JOB_EVENT, NOW, SERVICENOW_INCIDENT, ZCHATOPS_INCIDENT, posted
from tests.redis_server import RedisServer

SECRET, OLD = "s" * 40, "o" * 40
NAMESPACE = "webhook-test"


@dataclass
class _Site:
    """A bot's webhook, whose clock stands still, and one who posts to it."""

    waiting: WaitingNotices
    url: str
    session: ClientSession
    metrics: CollectorRegistry
    now: datetime = NOW
    said: list[str] = field(default_factory=list)

    async def post(
        self, body: bytes, *, secret: str = SECRET, signed: datetime = NOW, headers: Mapping[str, str] | None = None
    ) -> int:
        """Returns the status; what was answered is the last of `said`."""
        timestamp = int(signed.timestamp())
        own = {TIMESTAMP_HEADER: str(timestamp), SIGNATURE_HEADER: sign(secret, timestamp, body)}
        async with self.session.post(
            self.url + PATH, data=body, headers=own if headers is None else headers
        ) as response:
            answer = await response.json()
            self.said.append(answer.get("error", answer.get("status")))
            return response.status

    async def taken(self) -> list[str]:
        """The jobs of the notices that wait."""
        return [waiting.notice.job for waiting in await self.waiting.take(100, wait=0)]

    def counted(self, outcome: str) -> float:
        """How many requests ended so."""
        return self.metrics.get_sample_value("resync_webhook_requests_total", {"outcome": outcome}) or 0.0


@asynccontextmanager
async def _site(redis: Redis, *secrets: str) -> AsyncIterator[_Site]:
    metrics = CollectorRegistry()
    async with ClientSession() as session:
        site = _Site(WaitingNotices(redis, namespace=NAMESPACE), "", session, metrics)
        webhook = Webhook(
            redis, namespace=NAMESPACE, secrets=secrets, engines=ENGINES, now=lambda: site.now, metrics=metrics
        )
        async with serving(create_app(webhook.routes()), HttpSettings(port=0)) as site.url:
            yield site


@pytest.fixture
async def site(redis: Redis) -> AsyncIterator[_Site]:
    async with _site(redis, SECRET, OLD) as site:
        yield site


@pytest.mark.parametrize(
    ("body", "source", "job"),
    [
        (JOB_EVENT, NoticeSource.JOB_STATUS_CHANGED, "PAYROLL_POST"),
        (SERVICENOW_INCIDENT, NoticeSource.SERVICENOW, "PAYROLL_POST"),
        (ZCHATOPS_INCIDENT, NoticeSource.ZCHATOPS, "PAY020"),
    ],
)
async def test_each_form_is_taken_and_waits_for_the_poller(
    site: _Site, body: object, source: NoticeSource, job: str
) -> None:
    assert await site.post(posted(body)) == 202
    (waiting,) = await site.waiting.take(10, wait=0)
    assert (waiting.notice.source, waiting.notice.job, waiting.notice.received) == (source, job, NOW)
    assert site.metrics.get_sample_value("resync_webhook_notices_total", {"source": source.value}) == 1


async def test_a_notice_waits_until_it_is_done(site: _Site) -> None:
    await site.post(posted({"JobName": "A"}))
    await site.post(posted({"JobName": "B"}))
    first, second = await site.waiting.take(10, wait=0)
    assert [first.notice.job, second.notice.job] == ["A", "B"]
    assert await site.taken() == ["A", "B"]
    await site.waiting.done([first.id])
    assert await site.taken() == ["B"]
    await site.waiting.done([])
    await site.waiting.done([second.id])
    assert await site.taken() == []


async def test_whoever_waits_has_a_notice_when_it_comes(site: _Site) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(site.waiting.take(10, wait=4))
        tasks.create_task(site.post(posted({"JobName": "A"})))
    assert [one.notice.job for one in waiting.result()] == ["A"]


async def test_without_a_secret_there_is_no_webhook(redis: Redis) -> None:
    async with _site(redis) as site:
        assert await site.post(posted(JOB_EVENT)) == 404
        assert await site.taken() == []
        assert site.counted("off") == 1


async def test_a_wrong_signature_is_refused(site: _Site) -> None:
    assert await site.post(posted(JOB_EVENT), secret="x" * 40) == 401
    assert await site.post(posted(JOB_EVENT), headers={}) == 401
    assert site.said == ["The signature is wrong.", "The signature or its timestamp is missing or malformed."]
    assert await site.taken() == []
    assert (site.counted("wrong_signature"), site.counted("unsigned")) == (1, 1)


async def test_an_old_signature_is_refused(site: _Site) -> None:
    assert await site.post(posted(JOB_EVENT), signed=NOW - timedelta(minutes=5, seconds=1)) == 401
    assert site.said == ["The signature is too old: compare the clocks."]
    assert site.counted("stale") == 1


async def test_both_secrets_are_taken_while_one_replaces_the_other(site: _Site) -> None:
    assert await site.post(posted({"JobName": "A"}), secret=OLD) == 202
    assert await site.post(posted({"JobName": "B"}), secret=SECRET) == 202
    assert await site.taken() == ["A", "B"]


async def test_a_replay_is_refused(site: _Site) -> None:
    assert await site.post(posted(JOB_EVENT)) == 202
    assert await site.post(posted(JOB_EVENT)) == 409
    site.now += timedelta(minutes=4)
    assert await site.post(posted(JOB_EVENT)) == 409
    assert await site.taken() == ["PAYROLL_POST"]
    assert site.counted("replayed") == 2


async def test_of_many_replays_at_once_one_is_taken(site: _Site) -> None:
    statuses = await asyncio.gather(*(site.post(posted(JOB_EVENT)) for _ in range(10)))
    assert sorted(statuses) == [202, *[409] * 9]
    assert await site.taken() == ["PAYROLL_POST"]


async def test_the_same_event_a_second_later_is_news(site: _Site) -> None:
    assert await site.post(posted(JOB_EVENT)) == 202
    assert await site.post(posted(JOB_EVENT), signed=NOW + timedelta(seconds=1)) == 202


async def test_a_malformed_body_is_refused_with_the_reason_and_may_not_come_again_as_a_replay(site: _Site) -> None:
    assert await site.post(posted({"JobName": "A B"})) == 400
    assert await site.post(posted({"JobName": "A B"})) == 400
    assert site.said == ["JobName: is not a name that an object of the plan can have"] * 2
    assert site.counted("malformed") == 2


async def test_too_large_a_body_is_not_read(site: _Site) -> None:
    assert await site.post(posted({"JobName": "A", "ErrorMessage": "x" * LARGEST_BODY})) == 413
    assert await site.post(posted({"JobName": "A", "ErrorMessage": "x" * (LARGEST_BODY - 100)})) == 202
    assert site.counted("too_large") == 1


async def test_too_many_at_once_come_again(site: _Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_notices, "BURST", 2)
    monkeypatch.setattr(waiting_notices, "PER_SECOND", 0.01)
    bodies = [posted({"JobName": name}) for name in ("A", "B", "C")]
    assert [await site.post(body) for body in bodies] == [202, 202, 429]
    assert await site.taken() == ["A", "B"]
    monkeypatch.setattr(waiting_notices, "BURST", 100)
    assert await site.post(bodies[2]) == 202  # it was not claimed
    assert await site.taken() == ["A", "B", "C"]


async def test_the_oldest_notices_make_room_for_new_ones(site: _Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_notices, "MOST_KEPT", 2)
    for name in ("A", "B", "C"):
        assert await site.post(posted({"JobName": name})) == 202
    assert await site.taken() == ["B", "C"]
    assert site.metrics.get_sample_value("resync_webhook_notices_dropped_total") == 1


async def test_what_another_version_wrote_is_skipped(site: _Site, redis: Redis) -> None:
    await redis.xadd(f"{{{NAMESPACE}:alerts}}:notices", {"notice": b'{"of": "the future"}'})
    await site.post(posted({"JobName": "A"}))
    assert await site.taken() == ["A"]
    assert await redis.xlen(f"{{{NAMESPACE}:alerts}}:notices") == 1


async def test_while_the_store_is_away_it_is_asked_to_come_again_and_what_was_taken_outlives_it(
    redis_server: RedisServer,
) -> None:
    async with redis_client(redis_server.url, RedisSettings()) as redis, _site(redis, SECRET) as site:
        assert await site.post(posted({"JobName": "A"})) == 202
        redis_server.kill()
        assert await site.post(posted({"JobName": "B"})) == 503
        redis_server.start()
        assert await site.post(posted({"JobName": "B"})) == 202
        assert await site.post(posted({"JobName": "A"})) == 409
        assert await site.taken() == ["A", "B"]
        assert site.counted("store_away") == 1
