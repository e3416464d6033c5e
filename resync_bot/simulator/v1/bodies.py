"""Members that the bodies of several V1 actions have in common. Each raises a 400 for what is none."""

from resync_bot.simulator.refusals import bad_parameter
from resync_bot.simulator.rendering import Json
from resync_bot.simulator.v1.conditions import number_of, text_of

HIGHEST_PRIORITY = 101


def text_in(given: Json, name: str) -> str | None:
    """A text; an empty one is none."""
    value = given.get(name)
    return None if value in (None, "") else text_of(name, value)


def priority_in(given: Json) -> int | None:
    """`priority`, 0 to 101."""
    priority = given.get("priority")
    if priority is None:
        return None
    number = number_of("priority", priority)
    if not 0 <= number <= HIGHEST_PRIORITY:
        raise bad_parameter(f"priority must be a number from 0 to {HIGHEST_PRIORITY}.")
    return number


def check_variables(given: Json, name: str = "variableTable") -> None:
    """Variables are read, and mean nothing to the commands of this engine."""
    table = given.get(name, [])
    if not isinstance(table, list) or not all(
        isinstance(one, dict) and isinstance(one.get("key"), str) and isinstance(one.get("value"), str) for one in table
    ):
        raise bad_parameter(f"{name} must be a list of key and value.")
