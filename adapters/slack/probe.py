"""Calls the bot's own event address as Slack does when it is entered in the app's settings."""

import asyncio
import secrets
import time

import aiohttp
import orjson
from slack_sdk.signature import SignatureVerifier

from adapters.slack.api import slack_session

_SECONDS = 5.0


async def event_url_answers(url: str, signing_secret: str) -> str:
    """What is wrong with it; empty if it answers the challenge."""
    challenge = secrets.token_urlsafe(16)
    body = orjson.dumps({"type": "url_verification", "challenge": challenge})
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(signing_secret).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }
    try:
        async with (
            asyncio.timeout(_SECONDS),
            slack_session() as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            if response.status != 200:
                return f"status {response.status}"
            return "" if challenge in await response.text() else "another answer than the challenge"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"does not answer ({type(error).__name__})"
