"""Who looks after an alert, and which alerts are open."""

from collections.abc import Sequence

from resync_bot.alerts import orders
from resync_bot.alerts.desk import phrases
from resync_bot.alerts.desk.asked import Asked, Desk
from resync_bot.alerts.desk.commands import About, Acknowledge, Release, WithId
from resync_bot.alerts.desk.replies import reply, say
from resync_bot.alerts.model import Acknowledgement, AlertGroup
from resync_bot.alerts.rendering import what
from resync_bot.alerts.rendering.board import by_urgency
from resync_bot.alerts.rendering.notices import listed
from resync_bot.alerts.routing import means
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import escape
from resync_bot.conversation.model import Answer


async def acknowledge(desk: Desk, asked: Asked, order: Acknowledge) -> Answer:
    """The person looks after an alert that was told here; the first who says so does."""
    group = await _meant(desk, asked, order.which)
    if isinstance(group, Answer):
        return group
    language = asked.language
    mine = Acknowledgement(at=asked.now, by=asked.by, person=asked.person_id)
    standing = await desk.store.acknowledge(group.id, mine)
    about = what(group.root, language)
    release = (phrases.RELEASE.in_(language), orders.release(group.id, language))
    if standing.person == mine.person:
        said = phrases.YOURS if asked.person.name else phrases.LOOKED_AFTER
        return reply([said.in_(language, by=escape(mine.by), what=about)], [release])
    moments = await desk.moments(asked, group.engine)
    clock = moments.clock(language)
    time = clock.at(moments.there(standing.at))
    return reply([phrases.TAKEN.in_(language, by=escape(standing.by), time=time, what=about)], [release], clock)


async def release(desk: Desk, asked: Asked, order: Release) -> Answer:
    """Nobody looks after the alert any more."""
    group = await _meant(desk, asked, order.which)
    if isinstance(group, Answer):
        return group
    was_looked_after = await desk.store.release(group.id)
    said = phrases.RELEASED if was_looked_after else phrases.NOBODYS
    return reply(
        [said.in_(asked.language, what=what(group.root, asked.language))], [_acknowledge(group, asked.language)]
    )


async def open_alerts(desk: Desk, asked: Asked) -> Answer:
    """Those that were told here, the worst first, and how many there are besides."""
    language = asked.language
    here = by_urgency([group for group in await desk.told_in(asked.place) if group.is_open])
    known = {group.id for group in here}
    others = sum(group.is_open and group.id not in known for group in (await desk.store.groups()).values())
    elsewhere = phrases.OPEN_ELSEWHERE.in_(language, others) if others else ""
    if not here:
        return reply([phrases.NONE_OPEN.in_(language), elsewhere])
    return reply(
        [phrases.OPEN.in_(language, len(here)), listed(here, language), elsewhere],
        [_acknowledge(group, language) for group in here if group.acknowledged is None][:3],
    )


async def _meant(desk: Desk, asked: Asked, which: WithId | About) -> AlertGroup | Answer:
    """The alert, or why there is none that this person may look after."""
    language, known = asked.language, await desk.told_in(asked.place)
    match which:
        case WithId(group_id):
            group = next((one for one in known if one.id == group_id), None)
            if group is None:
                is_elsewhere = await desk.store.group(group_id) is not None
                return say(phrases.NOT_TOLD_HERE if is_elsewhere else phrases.NO_SUCH_ALERT, language)
            if not group.is_open:
                return reply([phrases.OVER.in_(language, what=what(group.root, language))])
            return group
        case About(patterns):
            found = [
                group
                for group in known
                if group.is_open
                and any(means(one, group, member.trouble) for one in patterns for member in group.open_members)
            ]
            return found[0] if len(found) == 1 else _which(found, language)


def _which(found: Sequence[AlertGroup], language: Language) -> Answer:
    if not found:
        return say(phrases.NO_ALERT_ABOUT, language)
    return reply(
        [phrases.SEVERAL_ALERTS.in_(language, len(found)), listed(found, language)],
        [_acknowledge(group, language) for group in found],
    )


def _acknowledge(group: AlertGroup, language: Language) -> tuple[str, str]:
    label = phrases.ACKNOWLEDGE.in_(language, name=group.root.subject.short_name)
    return label, orders.acknowledge(group.id, language)
