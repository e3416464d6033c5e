"""A storm of failures: each cause is told at most twice in each channel besides its board, no channel gets more than
its platform takes, nothing is lost, and all is known to be over at the end.

`STORM_FAILURES` makes it larger, `STORM_SECONDS` longer.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.alerts.storm import KILLED, TEAMS_CHANNELS, storm
from tests.redis_server import RedisServer

FAILURES = int(os.environ.get("STORM_FAILURES", "600"))
SECONDS = float(os.environ.get("STORM_SECONDS", "12"))


@pytest.mark.timeout(240 + 10 * SECONDS)
async def test_storm(redis_server: RedisServer, tmp_path: Path) -> None:
    seen = await storm(redis_server, tmp_path, failures=FAILURES, seconds=SECONDS)
    assert seen.kills == len(KILLED)
    assert Counter(group.root.subject.job for group in seen.groups) == dict.fromkeys(seen.causes, 1)
    assert seen.members == seen.failed
    assert seen.most_posts <= 2
    assert all(channel.boards for channel in seen.channels)
    for channel, times in seen.slack.api.posts.items():
        for burst in range(1, min(8, len(times))):
            quickest = min(late - early for early, late in zip(times, times[burst:], strict=False))
            # One a second; a request can be overtaken on its way by one second's worth, not by more.
            assert quickest >= burst - 1.2, f"{burst + 1} messages within {quickest:.2f} s in {channel}"
    # A call that was held up on its way for longer than the margin may be told to wait; it is not one after another.
    assert seen.microsoft.over_rate <= len(TEAMS_CHANNELS)
