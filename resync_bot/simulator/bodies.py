"""Reads the JSON that requests bring."""

import orjson
from aiohttp import web

from resync_bot.simulator.refusals import bad_parameter, wrong_media_type
from resync_bot.simulator.rendering import Json


async def json_body(request: web.Request) -> object:
    """The JSON that was sent; None for none. Raises a 400, or a 415 for another media type."""
    raw = await request.read()
    if request.content_type != "application/json":
        raise wrong_media_type(request.content_type)
    try:
        return orjson.loads(raw) if raw.strip() else None
    except orjson.JSONDecodeError as error:
        raise bad_parameter("The body is not JSON.") from error


async def json_object(request: web.Request) -> Json:
    """The JSON object that was sent; empty for none. Raises a 400 or 415."""
    read = await json_body(request)
    return {} if read is None else as_object(read, "The body")


def as_object(value: object, what: str) -> Json:
    """A JSON object without its nulls, which say nothing. Raises a 400 for anything else."""
    if not isinstance(value, dict):
        raise bad_parameter(f"{what} must be a JSON object.")
    return {name: content for name, content in value.items() if content is not None}
