"""OQL, the query language of the REST API V2: parsed by a grammar, checked against allow-lists, compiled."""

from resync_bot.simulator.oql.compilation import CompiledQuery, compile_query
from resync_bot.simulator.oql.fields import Field, Kind
from resync_bot.simulator.oql.syntax import OqlError, parse

__all__ = ["CompiledQuery", "Field", "Kind", "OqlError", "compile_query", "parse"]
