"""Tools for the other objects of the plan: workstations, prompts, resources."""

from resync_bot.agent.arguments import FindPrompts, FindResources, FindWorkstations
from resync_bot.agent.names import is_pattern, matches, part_pattern, pattern, workstation_pattern
from resync_bot.agent.results import NoMatch, PromptsResult, ResourcesResult, WorkstationsResult
from resync_bot.agent.tools.registry import Inquiry
from resync_bot.runtime.together import together
from resync_bot.tws.models import Prompt, Workstation
from resync_bot.tws.similar import most_similar

OPEN_PROMPTS = ("ASKED",)


def is_in_trouble(workstation: Workstation) -> bool:
    """Whether jobs do not start there, or not all of them: unlinked, stopped, limit 0, a raised fence."""
    return not workstation.linked or not workstation.running or workstation.limit == 0 or workstation.fence > 0


async def find_workstations(inquiry: Inquiry, arguments: FindWorkstations) -> WorkstationsResult | NoMatch:
    """Lists workstations (agents, FTAs, pools, the master) with their state: linked, running, limit, fence.

    Use it for "which workstations are down or unlinked" (only_in_trouble), "limit or fence of X", "is X up". The
    total counts all that match the name, in trouble or not.
    """
    name = workstation_pattern(arguments.name) if arguments.name else None
    async with together() as group:
        engine = group.create_task(inquiry.tws.engine())
        asked = group.create_task(inquiry.tws.workstations(name))
    found = asked.result()
    if arguments.domain:
        found = tuple(one for one in found if matches(arguments.domain, one.domain or ""))
    elif not found and name and not is_pattern(name):
        found = await inquiry.tws.workstations(part_pattern(name))
        if not found:
            known = [workstation.name for workstation in await inquiry.tws.workstations()]
            return NoMatch(engine=engine.result(), name=name, similar=most_similar(name, known))
    shown = tuple(one for one in found if is_in_trouble(one)) if arguments.only_in_trouble else found
    return WorkstationsResult(engine=engine.result(), total=len(found), workstations=shown)


async def find_prompts(inquiry: Inquiry, arguments: FindPrompts) -> PromptsResult | NoMatch:
    """Lists prompts: questions of the plan that an operator must answer before jobs go on.

    By default only those that were asked and not answered. Use it for "which prompts are open", "what waits for a
    reply".
    """
    async with together() as group:
        engine = group.create_task(inquiry.tws.engine())
        asked = group.create_task(inquiry.tws.prompts(_prompt_statuses(arguments)))
    prompts = asked.result()
    if arguments.name:
        known = [prompt.name for prompt in prompts if prompt.name]
        prompts = tuple(prompt for prompt in prompts if _is_called(prompt, pattern(arguments.name)))
        if not prompts and not is_pattern(arguments.name):
            similar = most_similar(arguments.name, known)
            return NoMatch(engine=engine.result(), name=arguments.name, similar=similar)
    return PromptsResult(engine=engine.result(), total=len(prompts), prompts=prompts)


def _prompt_statuses(arguments: FindPrompts) -> tuple[str, ...]:
    if arguments.statuses:
        return tuple(status.value for status in arguments.statuses)
    return OPEN_PROMPTS if arguments.only_open else ()


def _is_called(prompt: Prompt, name: str) -> bool:
    return matches(name, prompt.name or "") or name == str(prompt.number)


async def find_resources(inquiry: Inquiry, arguments: FindResources) -> ResourcesResult | NoMatch:
    """Lists resources with their units: quantity, in use, available, and who holds them.

    Use it for "which resources are in use" (only_in_use), "who holds X".
    """
    name = pattern(arguments.name) if arguments.name else None
    async with together() as group:
        engine = group.create_task(inquiry.tws.engine())
        asked = group.create_task(inquiry.tws.resources(name))
    found = asked.result()
    if not found and name and not is_pattern(name):
        found = await inquiry.tws.resources(part_pattern(name))
        if not found:
            known = [resource.name for resource in await inquiry.tws.resources()]
            return NoMatch(engine=engine.result(), name=name, similar=most_similar(name, known))
    shown = tuple(one for one in found if one.in_use) if arguments.only_in_use else found
    return ResourcesResult(engine=engine.result(), total=len(found), resources=shown)
