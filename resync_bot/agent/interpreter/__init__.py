"""The built-in interpreter: reads English, Portuguese and conman with a grammar."""

from resync_bot.agent.interpreter.model import Interpreter

__all__ = ["Interpreter"]
