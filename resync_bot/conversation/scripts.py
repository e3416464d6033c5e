"""The Lua scripts of this package, each one atomic step of the way. They lie beside this module as .lua files.

All keys of a script share one slot of a Cluster because all keys of the bot's backbone carry the same hash tag, its
namespace (see `keys`).
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

Argument = str | bytes | int


class Script:
    """One script, called by its digest; the server is taught it again when it has forgotten."""

    def __init__(self, redis: Redis, name: str, *, after: Sequence[str] = ()) -> None:
        """`name` and the libraries `after` which it comes are the names of the files."""
        folder = files(__package__) / "lua"
        self._script = redis.register_script("\n".join((folder / f"{part}.lua").read_text() for part in (*after, name)))

    async def __call__(self, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """What the script returns, texts as bytes. Raises redis.exceptions.RedisError."""
        return await self._script(keys=keys, args=arguments)
