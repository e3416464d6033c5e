"""Rules from a chat: what comes to a place is said, listed and taken away there."""

from collections.abc import Sequence
from typing import Final, assert_never

from resync_bot.alerts import orders
from resync_bot.alerts.desk import phrases
from resync_bot.alerts.desk.asked import Asked, Desk, Moments
from resync_bot.alerts.desk.commands import About, AlertHere, Numbered, StopAlerting, WithId
from resync_bot.alerts.desk.plan import meant_in_plan
from resync_bot.alerts.desk.replies import numbered, patterns_text, reply, say
from resync_bot.alerts.model import Origin, Rule
from resync_bot.alerts.rendering import pattern_text
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.routing import means
from resync_bot.alerts.store import posted_key
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape
from resync_bot.conversation.model import Answer
from resync_bot.conversation.said import enumeration

MOST_RULES: Final = 50  # of one place, made in a chat


async def alert_here(desk: Desk, asked: Asked, order: AlertHere) -> Answer:
    """From now on what matches is told here. An order that says what another said already makes nothing new."""
    language = asked.language
    mine = [rule for rule in await desk.store.rules() if asked.here in rule.to]
    made: list[Rule] = []
    for number, pattern in enumerate(order.patterns):
        rule = Rule(
            id=asked.new_id(number),
            origin=Origin.CHAT,
            pattern=pattern,
            to=(asked.here,),
            mention=order.mention,
            language=language,
            by=asked.by,
            at=asked.now,
        )
        if not any(_says_the_same(rule, other) for other in mine):
            made.append(rule)
    if not made:
        known = patterns_text(order.patterns, language)
        return reply([phrases.ALREADY.in_(language, what=known)], [_my_alerts(language)])
    if len(mine) + len(made) > MOST_RULES:
        return say(phrases.TOO_MANY_RULES, language, n=len(mine))
    for rule in made:
        await desk.store.put_rule(rule)
    text = phrases.FROM_NOW_ON.in_(language, what=patterns_text([rule.pattern for rule in made], language))
    waiting = await _open_now(desk, asked, made)
    calls = enumeration([code(who) for who in order.mention], language)
    return reply(
        [
            text,
            phrases.CALLS.in_(language, who=calls) if calls else "",
            await meant_in_plan([rule.pattern for rule in made], desk.engines, language),
            phrases.OPEN_NOW.in_(language, waiting) if waiting else "",
        ],
        [
            *((phrases.UNDO.in_(language), phrases.REMOVE_ORDER.in_(language, id=rule.id)) for rule in made[:3]),
            _my_alerts(language),
        ],
    )


async def _open_now(desk: Desk, asked: Asked, made: Sequence[Rule]) -> int:
    """How many open alerts these rules bring to a place that was not told of them."""
    posted = await desk.store.posted()
    return sum(
        group.is_open
        and posted_key(group.id, asked.here) not in posted
        and any(means(rule.pattern, group, member.trouble) for rule in made for member in group.members)
        for group in (await desk.store.groups()).values()
    )


async def list_rules(desk: Desk, asked: Asked) -> Answer:
    """What comes to this place, with how to change it."""
    language, rules = asked.language, await desk.rules_of(asked.place)
    if not rules:
        example = phrases.RULE_EXAMPLE.in_(language, engine=desk.engines.default)
        return reply([phrases.NO_RULES.in_(language), example])
    moments = await desk.moments(asked)
    clock = moments.clock(language)
    lines = [rule_text(rule, moments, clock, language) for rule in rules]
    own = [(number, rule) for number, rule in enumerate(rules, start=1) if rule.origin is Origin.CHAT]
    return reply(
        [
            phrases.RULES.in_(language),
            numbered(lines),
            phrases.REMOVE_HOW.in_(language).replace("1`", f"{own[0][0]}`") if own else "",
        ],
        [
            (phrases.REMOVE.in_(language, n=number), phrases.REMOVE_ORDER.in_(language, id=rule.id))
            for number, rule in own
        ],
        clock,
    )


async def stop_alerting(desk: Desk, asked: Asked, order: StopAlerting) -> Answer:
    """A rule of this place that was made in a chat is taken away."""
    language, rules = asked.language, await desk.rules_of(asked.place)
    match order.which:
        case Numbered(number):
            ids = rules[number - 1].id if 0 < number <= len(rules) else ""
            meant = {await desk.store.settle(asked.key, ids)}
        case WithId(rule_id):
            meant = {rule_id}
        case About() as about:
            found = [rule.id for rule in rules if about.names(rule.pattern)]
            meant = set((await desk.store.settle(asked.key, " ".join(found))).split())
        case _:
            assert_never(order.which)
    chosen = [rule for rule in rules if rule.id in meant]
    if not chosen:
        return reply([phrases.NO_SUCH_RULE.in_(language)], [_my_alerts(language)])
    removable = [rule for rule in chosen if rule.origin is Origin.CHAT]
    if not removable:
        return reply([phrases.NOT_FROM_CHAT.in_(language)], [_my_alerts(language)])
    for rule in removable:
        await _take_away(desk, rule, desk.seen_in(asked.place))
    what = patterns_text([rule.pattern for rule in removable], language)
    return reply([phrases.NO_MORE.in_(language, what=what)], [_my_alerts(language)])


async def _take_away(desk: Desk, rule: Rule, places: frozenset[str]) -> None:
    left = tuple(place for place in rule.to if place not in places)
    if left:
        await desk.store.put_rule(rule.model_copy(update={"to": left}))
    else:
        await desk.store.remove_rule(rule.id)


def rule_text(rule: Rule, moments: Moments, clock: Clock, language: Language) -> str:
    """What a rule is about and where it comes from."""
    match rule.origin:
        case Origin.FILE:
            origin = phrases.FROM_FILE.in_(language, name=code(rule.name or rule.id))
        case Origin.DEFAULT:
            return phrases.FROM_DEFAULT.in_(language)
        case Origin.CHAT:
            time = clock.at(moments.there(rule.at)) if rule.at else ""
            origin = phrases.BY.in_(language, by=escape(rule.by), time=time)
        case _:
            assert_never(rule.origin)
    return f"{pattern_text(rule.pattern, language)} ({origin})"


def _says_the_same(rule: Rule, other: Rule) -> bool:
    return rule.id != other.id and rule.pattern == other.pattern and rule.mention == other.mention


def _my_alerts(language: Language) -> tuple[str, str]:
    return phrases.MY_ALERTS.in_(language), orders.LIST_ALERTS.in_(language)
