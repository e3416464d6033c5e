"""Members of V1 filters that name other objects of the plan: workstations, folders, ids."""

import re
from collections.abc import Iterable

from resync_bot.simulator import draws
from resync_bot.simulator.oql.compilation import wildcard_expression
from resync_bot.simulator.oql.syntax import AllOf, AnyOf, Comparison, Expression, Membership, Operator
from resync_bot.simulator.plan import Plan
from resync_bot.simulator.v1.conditions import EVERYTHING, Condition, World, text_of
from resync_bot.simulator.v1.ids import file_id, prompt_id, readings, resource_id, workstation_id


def on_workstation(*fields: str) -> Condition:
    """The name of a workstation, also with a path or wildcards; one of the fields has its key."""

    def condition(member: str, value: object, world: World) -> Expression | None:
        pattern = text_of(member, value)
        return None if pattern == EVERYTHING else _any_of(fields, _keys(pattern, world.plan))

    return condition


def with_workstation_id(*fields: str) -> Condition:
    """The id of a workstation; one of the fields has its key."""

    def condition(member: str, value: object, world: World) -> Expression:
        wanted = set(readings(text_of(member, value)))
        return _any_of(fields, [one.key for one in world.plan.workstations if workstation_id(one) in wanted])

    return condition


def in_folder_id(member: str, value: object, world: World) -> Expression:
    """The id of a folder."""
    wanted = text_of(member, value)
    folders = {stream.folder for stream in world.plan.streams}
    return _any_of(["folder"], [folder for folder in folders if folder_id(folder) == wanted])


def folder_id(folder: str) -> str:
    """What a folder is called beside its path."""
    return draws.uuid("folder", folder)


def never(member: str, value: object, _: World) -> Expression | None:
    """A text that no object here has: anything but the pattern for everything selects nothing."""
    return None if text_of(member, value) == EVERYTHING else _ids([])


def run_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a run."""
    run = world.instances.run(world.plan, text_of(member, value))
    if run is None:
        return _ids([])
    return AllOf((_ids([run.job.id]), Comparison("run.attempt", Operator.EQUAL, run.attempt)))


def stream_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a job stream."""
    stream = world.instances.stream(world.plan, text_of(member, value))
    return _ids([] if stream is None else [stream.id])


def workstation_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a workstation."""
    wanted = set(readings(text_of(member, value)))
    return _ids(one.id for one in world.plan.workstations if workstation_id(one) in wanted)


def resource_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a resource."""
    wanted = set(readings(text_of(member, value)))
    return _ids(one.id for one in world.plan.resources if resource_id(one) in wanted)


def prompt_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a prompt."""
    wanted = set(readings(text_of(member, value)))
    return _ids(one.id for one in world.plan.prompts if prompt_id(one) in wanted)


def prompt_of_job(member: str, value: object, world: World) -> Expression:
    """The id of the job that waits for it."""
    job = world.instances.job(world.plan, text_of(member, value))
    return _ids([] if job is None or job.prompt is None else [job.prompt.id])


def file_with_id(member: str, value: object, world: World) -> Expression:
    """The id of a file."""
    wanted = set(readings(text_of(member, value)))
    files = (job.file for job in world.plan.jobs if job.file is not None)
    return _ids(file.id for file in files if file_id(file) in wanted)


def _ids(identities: Iterable[str]) -> Expression:
    return Membership("id", tuple(identities), negated=False)


def _any_of(fields: Iterable[str], keys: Iterable[str]) -> Expression:
    wanted = tuple(keys)
    parts = tuple(Membership(field, wanted, negated=False) for field in fields)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _keys(pattern: str, plan: Plan) -> list[str]:
    """The workstations that are meant: a plan has few of them, and their keys are quick to find."""
    folder, slash, name = pattern.rpartition("/")
    in_place = re.compile(wildcard_expression(folder or "/") if slash and folder != "/@" else ".*", re.DOTALL)
    named = re.compile(wildcard_expression(name), re.DOTALL)
    return [one.key for one in plan.workstations if in_place.fullmatch(one.spec.folder) and named.fullmatch(one.name)]
