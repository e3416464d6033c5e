"""Keeps finished runs in Redis: the newest of each job, and figures of each production day.

All keys of an engine carry one hash tag, so that what belongs together is written in one step also in a Cluster, and
several engines spread over its nodes.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final, TypeVar, cast

from redis.asyncio import Redis

from resync_bot.runtime.sections import HistorySettings
from resync_bot.tws.history.days import ProductionDay
from resync_bot.tws.history.durations import Lasting, is_month_end, month_ends, read, seasons_of, summed_up
from resync_bot.tws.history.runs import FinishedRun, good_run
from resync_bot.tws.history.statistics import LONGER_BY_SECONDS, Usual, usual
from resync_bot.tws.models import Engine, Fact

T = TypeVar("T")

BATCH: Final = 200  # runs in one script call, jobs in one pipeline
DURATIONS_AT_ONCE: Final = 1000  # jobs whose usual durations are asked for in one command: a millisecond or two
STEP: Final = timedelta(minutes=10)  # how finely a day's figures are kept
DAY_SECONDS: Final = 40 * 86_400  # for which a day's figures are kept
LISTED: Final = 5_000  # failed and long runs of a day: whoever has more has another problem than which ones

# KEYS: the day's figures, its failed runs, its long runs, then one key per run (the runs of its job).
# ARGV: runs kept of a job, seconds for which jobs and days are kept, runs listed of a day, then seven per run.
# A run that is known already changes nothing: it may be recorded as often as it is seen.
_RECORD: Final = """
local kept, job_ttl, day_ttl, listed = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local new = 0
for i = 4, #KEYS do
  local at = 4 + (i - 4) * 7
  local ended, row, job, step = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local outcome, elapsed, usual = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7]
  if redis.call('ZADD', KEYS[i], 'NX', ended, row) == 1 then
    new = new + 1
    redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -kept - 1)
    redis.call('EXPIRE', KEYS[i], job_ttl)
    redis.call('HINCRBY', KEYS[1], outcome .. ':' .. step, 1)
    redis.call('HINCRBY', KEYS[1], 'seconds:' .. step, elapsed)
    if outcome == 'failed' then
      redis.call('ZADD', KEYS[2], ended, job)
      redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -listed - 1)
    end
    if usual ~= '' then
      redis.call('ZADD', KEYS[3], 'GT', elapsed / usual, job .. '|' .. usual .. '|' .. row)
      redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -listed - 1)
    end
  end
end
for i = 1, 3 do
  redis.call('EXPIRE', KEYS[i], day_ttl)
end
return new
"""


class DayFigures(Fact):
    """What ended in a production day, up to some time of it: runs, not jobs."""

    start: datetime
    until: datetime
    succeeded: int
    failed: int
    runs: int
    elapsed_seconds: int  # of all runs together


class LongRun(Fact):
    """A run that took longer than the job's runs before it usually did."""

    run: FinishedRun
    usual_seconds: int


class RunHistory:
    """The finished runs of one engine. All methods raise redis.exceptions.RedisError."""

    def __init__(self, redis: Redis, *, namespace: str, engine: str, settings: HistorySettings) -> None:
        self._redis = redis
        self._tag = f"{{{namespace}:runs:{engine}}}"
        self._kept = settings.runs_per_job
        self._kept_seconds = round(settings.days * 86_400)
        self._record = redis.register_script(_RECORD)

    async def record(self, runs: Sequence[FinishedRun], engine: Engine) -> int:
        """Keeps runs, whichever day they ended in; returns how many of them were not known yet."""
        new = 0
        by_day = groupby(
            sorted(runs, key=lambda run: run.ended), lambda run: ProductionDay.containing(run.ended, engine)
        )
        for day, ended in by_day:
            for some in _batches(tuple(ended)):
                added = await self._record_batch(some, day)
                if added:
                    await self._sum_up(some, day, engine)
                new += added
        return new

    async def runs(self, job: str, *, limit: int | None = None) -> tuple[FinishedRun, ...]:
        """The runs of a job that are kept, the newest first."""
        last = -1 if limit is None else limit - 1
        rows = cast("list[bytes]", await self._redis.zrange(self._runs(job), 0, last, desc=True))
        return tuple(FinishedRun.decode(job, row.decode()) for row in rows)

    async def usual(self, jobs: Sequence[str]) -> dict[str, Usual]:
        """What is usual of each job that has runs."""
        found: dict[str, Usual] = {}
        for some in _batches(tuple(dict.fromkeys(jobs))):
            async with self._redis.pipeline(transaction=False) as pipeline:
                for job in some:
                    pipeline.zrange(self._runs(job), 0, -1)
                for job, rows in zip(some, await pipeline.execute(), strict=True):
                    known = usual([FinishedRun.decode(job, row.decode()) for row in rows])
                    if known is not None:
                        found[job] = known
        return found

    async def lasting(self, jobs: Sequence[str], day: ProductionDay) -> list[Lasting | None]:
        """How long each of `jobs` usually takes on such a day; None for those with too few good runs."""
        seasons = seasons_of(day.starts.date())
        found: list[Lasting | None] = []
        for some in _batches(jobs, DURATIONS_AT_ONCE):
            texts = cast("list[bytes | None]", await self._redis.mget([self._lasting(job) for job in some]))
            found += [None if text is None else read(text.decode(), seasons) for text in texts]
        return found

    async def figures(self, day: ProductionDay, until: datetime) -> DayFigures:
        """What ended in `day` before `until`, to the full ten minutes before it."""
        last = _step(until, day)
        counts = {"ok": 0, "failed": 0, "seconds": 0}
        found = cast("dict[bytes, bytes]", await self._redis.hgetall(self._day("figures", day)))
        for name, number in found.items():
            kind, _, step = name.decode().partition(":")
            if int(step) < last:
                counts[kind] += int(number)
        return DayFigures(
            start=day.starts,
            until=day.starts + last * STEP,
            succeeded=counts["ok"],
            failed=counts["failed"],
            runs=counts["ok"] + counts["failed"],
            elapsed_seconds=counts["seconds"],
        )

    async def failed(self, day: ProductionDay, until: datetime) -> dict[str, datetime]:
        """The jobs that failed in `day` before `until`, and when each did last (UTC)."""
        found = await self._redis.zrange(
            self._day("failed", day),
            "-inf",
            f"({until.timestamp()}",
            byscore=True,
            withscores=True,
        )
        rows = cast("list[tuple[bytes, float]]", found)
        return {job.decode(): datetime.fromtimestamp(ended, UTC) for job, ended in rows}

    async def long(self, day: ProductionDay, *, limit: int) -> tuple[LongRun, ...]:
        """The runs that ended in `day` and took longer than usual, the worst first."""
        rows = cast("list[bytes]", await self._redis.zrange(self._day("long", day), 0, limit - 1, desc=True))
        return tuple(_long_run(row.decode()) for row in rows)

    async def seen_until(self) -> datetime | None:
        """Up to when everything that ended is known (UTC); None if nothing was recorded yet."""
        seen = await self._redis.get(f"{self._tag}:until")
        return None if seen is None else datetime.fromtimestamp(float(seen), UTC)

    async def see_until(self, moment: datetime) -> None:
        """Notes that everything that ended before `moment` is known."""
        await self._redis.set(f"{self._tag}:until", moment.timestamp())

    async def _record_batch(self, runs: Sequence[FinishedRun], day: ProductionDay) -> int:
        usuals = await self.usual([run.job for run in runs if run.elapsed_seconds >= LONGER_BY_SECONDS])
        keys = [
            *(self._day(kind, day) for kind in ("figures", "failed", "long")),
            *(self._runs(run.job) for run in runs),
        ]
        arguments: list[str | int] = [self._kept, self._kept_seconds, DAY_SECONDS, LISTED]
        for run in runs:
            expected = usuals.get(run.job)
            is_long = expected is not None and run.succeeded and expected.is_long(run.elapsed_seconds)
            arguments += [
                int(run.ended.timestamp()),
                run.encode(),
                run.job,
                _step(run.ended, day),
                "ok" if run.succeeded else "failed",
                run.elapsed_seconds,
                expected.duration_seconds or "" if expected and is_long else "",
            ]
        return int(await self._record(keys, arguments))

    async def _sum_up(self, runs: Sequence[FinishedRun], day: ProductionDay, engine: Engine) -> None:
        """Notes anew how long the jobs of `runs`, which ended in `day`, usually take."""
        jobs = list(dict.fromkeys(run.job for run in runs if run.succeeded))
        async with self._redis.pipeline(transaction=False) as pipeline:
            for job in jobs:
                pipeline.zrange(self._runs(job), 0, -1)
                pipeline.get(self._lasting(job))
            kept = await pipeline.execute()
        is_last = is_month_end(day.starts.date())

        def day_of(ended: int) -> date:
            return ProductionDay.containing(datetime.fromtimestamp(ended, UTC), engine).starts.date()

        async with self._redis.pipeline(transaction=False) as pipeline:
            for job, rows, before in zip(jobs, kept[::2], kept[1::2], strict=True):
                good = [one for row in rows if (one := good_run(row.decode())) is not None]
                at_month_end = month_ends(before.decode()) if before else ()
                if is_last:
                    at_month_end = (*at_month_end, *(one for one in good if day_of(one.ended) == day.starts.date()))
                pipeline.set(self._lasting(job), summed_up(good, at_month_end, day_of), ex=self._kept_seconds)
            await pipeline.execute()

    def _lasting(self, job: str) -> str:
        return f"{self._tag}:lasting:{job}"

    def _runs(self, job: str) -> str:
        return f"{self._tag}:of:{job}"

    def _day(self, kind: str, day: ProductionDay) -> str:
        return f"{self._tag}:{kind}:{day.starts:%Y-%m-%d}"


def _step(moment: datetime, day: ProductionDay) -> int:
    return int((moment - day.starts) / STEP)


def _long_run(row: str) -> LongRun:
    job, usual_seconds, run = row.split("|", 2)
    return LongRun(run=FinishedRun.decode(job, run), usual_seconds=int(usual_seconds))


def _batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
