"""An alert as a channel sees it: one message per root cause, edited as things change."""

from collections import Counter
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from urllib.parse import quote

from resync_bot.alerts import orders
from resync_bot.alerts.model import PLAN_JOBS, AlertGroup, Ending, Impact, StoryKind, Subject, Trouble, TroubleKind
from resync_bot.alerts.rendering import phrases
from resync_bot.alerts.rendering.blocks import answer_of
from resync_bot.alerts.rendering.clock import Clock
from resync_bot.alerts.rendering.history import how_it_usually_ends
from resync_bot.alerts.rendering.naming import instance, looked_after_since, short_name, stream_path
from resync_bot.alerts.rendering.story import in_short
from resync_bot.alerts.rendering.wrong import capital, headline
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code, escape, paragraphs
from resync_bot.conversation.model import Answer, Block, Button, Buttons, Code, Context, Mentions, Text
from resync_bot.conversation.moments import duration
from resync_bot.conversation.said import Said, enumeration
from resync_bot.errors import EngineErrorKind
from resync_bot.tws.messages import meaning_in_portuguese, meaning_of

LOG_LINES = 4
_NO_ANSWER: dict[str, Said] = {
    EngineErrorKind.UNAUTHORISED: phrases.REFUSES_LOGIN,
    EngineErrorKind.FORBIDDEN: phrases.REFUSES_LOGIN,
    EngineErrorKind.NO_PLAN: phrases.HAS_NO_PLAN,
    EngineErrorKind.UNAVAILABLE: phrases.ANSWERS_WITH_ERRORS,
    EngineErrorKind.GARBLED: phrases.ANSWERS_WITH_ERRORS,
}
_NAMED = 3  # members of each kind that are named
_LABEL = 75  # characters of a link that are shown


def alert_answer(
    group: AlertGroup,
    *,
    language: Language,
    zone: tzinfo | None,
    runbook: str = "",
    mention: tuple[str, ...] = (),
    has_thread: bool = True,
    names_engine: bool = False,
) -> Answer:
    """What stands in the channel about `group` now.

    `zone` is the engine's, `runbook` a rule's link, `mention` whom the message calls when it is posted. Without a
    thread the story so far is told in short. `names_engine`: there are several, and what the buttons ask says which.
    """
    clock = Clock(group.root.since, zone, language)
    blocks: list[Block] = [
        Text(paragraphs(headline(group, language), _where(group, clock, language))),
        Mentions(mention if group.is_open else ()),
        *_log(group, language),
        Text(paragraphs(_consequence(group, clock, language), _members(group, language)) if group.is_open else ""),
        Text(" ".join(_state(group, clock, language))),
        Context("" if has_thread else in_short(group, clock, language)),
        Buttons(tuple(_buttons(group, clock, language, names_engine=names_engine))),
        Context(_small_print(group, runbook)),
    ]
    return answer_of(blocks, clock)


# --- what happened ---


def _where(group: AlertGroup, clock: Clock, language: Language) -> str:
    root, findings = group.root, group.findings
    place = capital(" ".join(_place(root, language)))
    sentences = [f"{capital(' · '.join(part for part in (place, *_moments(root, clock, language)) if part))}."]
    if root.kind is TroubleKind.PROMPT_WAITING and root.text:
        sentences.insert(0, f"> {escape(root.text)}\n\n")
    if root.kind is TroubleKind.DEADLINE_AT_RISK and root.text:
        sentences.append(phrases.HELD_UP_BY.in_(language, name=code(root.text)))
    if root.kind is TroubleKind.ENGINE_AWAY and group.is_open:
        sentences.append(_NO_ANSWER.get(root.text, phrases.NOT_REACHED).in_(language))
    if root.kind is TroubleKind.JOB_FAILED and findings is not None:
        sentences += list(how_it_usually_ends(findings, language))[: None if group.is_open else 1]
    if findings is not None and findings.upstream:
        sentences.append(phrases.UPSTREAM.in_(language, name=code(findings.upstream)))
    if (again := group.members[0].failures) > 1 and group.is_open:
        sentences.append(phrases.AGAIN_HERE.in_(language, n=again))
    return " ".join(one for one in sentences if one).replace("\n\n ", "\n\n")


def _place(root: Trouble, language: Language) -> Iterator[str]:
    subject = root.subject
    if "#" in subject.stream:  # of a prompt, as the engine writes it: with its workstation and its instance
        yield phrases.STREAM.in_(language, name=code(subject.stream))
        return
    if subject.stream and root.kind is not TroubleKind.STREAM_STUCK:
        yield phrases.STREAM.in_(language, name=code(stream_path(subject)))
    elif subject.stream and subject.folder.strip("/"):
        yield code(stream_path(subject))
    workstation = root.runs_on or subject.workstation
    if workstation and root.kind is not TroubleKind.WORKSTATION_DOWN:
        yield phrases.ON.in_(language, workstation=code(workstation))


def _moments(root: Trouble, clock: Clock, language: Language) -> Iterator[str]:
    if root.kind is TroubleKind.DEADLINE_MISSED and root.deadline is not None:
        yield phrases.WHEN[root.kind].in_(language, time=clock.at(root.deadline))
        return
    yield phrases.WHEN[root.kind].in_(language, time=clock.at(root.since))
    if root.deadline is not None:
        yield phrases.DUE.in_(language, time=clock.at(root.deadline))


def _log(group: AlertGroup, language: Language) -> Iterator[Block]:
    findings = group.findings
    if findings is None:
        return
    lines = findings.lines[: LOG_LINES if group.is_open else 1]
    yield Code("\n".join(lines))
    if not group.is_open:
        return
    meaning = meaning_in_portuguese if language is Language.PT else meaning_of
    if findings.meaning_id and (told := meaning(findings.meaning_id)):
        yield Context(f"{code(findings.meaning_id)}: {escape(told)}")
    if not lines and findings.log_problem and group.root.kind is TroubleKind.JOB_FAILED:
        yield Context(phrases.NO_LOG.in_(language, problem=escape(findings.log_problem)))


# --- what follows from it ---


def _consequence(group: AlertGroup, clock: Clock, language: Language) -> str:
    root, impact = group.root, group.findings.impact if group.findings else None
    told = []
    if root.subject.job in PLAN_JOBS:
        told.append(phrases.MAKES_THE_PLAN.in_(language))
    if root.kind is TroubleKind.ENGINE_AWAY:
        told.append(phrases.WATCHES_NOTHING.in_(language))
    if impact is not None:
        told.append(_impact(impact, root, clock, language))
    if root.kind is TroubleKind.PROMPT_WAITING:
        name = root.subject.prompt
        yes, no = (code(f"reply {name};{answer}") for answer in "yn")
        told.append(phrases.REPLY_TO_PROMPT.in_(language, yes=yes, no=no))
    return paragraphs(*told)


def _impact(impact: Impact, root: Trouble, clock: Clock, language: Language) -> str:
    if not impact.jobs:
        return phrases.HOLDS_NOTHING.in_(language)
    jobs = held_up(impact, language)
    said = phrases.WAIT_FOR_IT if root.kind is TroubleKind.WORKSTATION_DOWN else phrases.HOLDS_UP
    text = said.in_(language, jobs=jobs)
    if impact.deadline is not None and impact.deadline_of:
        due = phrases.DEADLINE_OF.in_(language, name=code(impact.deadline_of), time=clock.at(impact.deadline))
        if impact.slack_seconds is not None:
            said = phrases.AT_RISK_BY_MUCH if impact.slack_seconds < 0 else phrases.TIME_LEFT
            due = f"{due}, {said.in_(language, duration=duration(impact.slack_seconds))}"
        text = f"{text}: {due}"
    others = [code(name) for name in impact.critical if name != impact.deadline_of]
    if others:
        text = f"{text}; {phrases.CRITICAL.in_(language, names=enumeration(others, language, limit=_NAMED))}"
    return f"{text}."


def held_up(impact: Impact, language: Language) -> str:
    """`37 jobs in 4 streams`."""
    jobs = phrases.JOBS.in_(language, impact.jobs)
    if not impact.streams:
        return jobs
    return phrases.IN_STREAMS.in_(language, jobs=jobs, streams=phrases.STREAMS.in_(language, impact.streams))


def _members(group: AlertGroup, language: Language) -> str:
    """Counted by kind, the first few named."""
    others = group.members[1:]
    if not others:
        return ""
    parts = []
    for kind, count in Counter(member.trouble.kind for member in others).items():
        of_kind = (member.trouble.subject for member in others if member.trouble.kind is kind)
        first = [short_name(subject) for subject in islice(of_kind, _NAMED)]
        names = enumeration([*first, *[""] * (count - len(first))], language, limit=_NAMED)
        parts.append(phrases.MEMBERS[kind].in_(language, count, names=names))
    still = sum(1 for _ in group.open_members)
    ended = phrases.STILL_WRONG.in_(language, open=still, n=len(group.members)) if still < len(group.members) else ""
    return " ".join(part for part in (phrases.BELONGS.in_(language, parts=", ".join(parts)), ended) if part)


# --- how it stands ---


def _state(group: AlertGroup, clock: Clock, language: Language) -> Iterator[str]:
    acknowledged = group.acknowledged
    if group.ended is not None:
        by = next((entry.by for entry in reversed(group.story) if entry.kind is StoryKind.RESOLVED), "")
        said = phrases.OVER_BY if by else phrases.OVER_SINCE
        yield said.in_(language, time=clock.at(group.ended), by=escape(by))
        if acknowledged and acknowledged.by != by:
            yield phrases.WAS_LOOKED_AFTER.in_(language, by=escape(acknowledged.by))
        return
    if group.is_recovering:
        yield _recovery(group.root, language)
    elif group.members[0].ending is Ending.RUNNING:
        yield phrases.RERUNNING.in_(language)
    elif any(entry.kind is StoryKind.ESCALATED for entry in group.story):
        yield phrases.ESCALATED.in_(language)
    if acknowledged:
        time = clock.at(looked_after_since(group))
        yield capital(phrases.LOOKED_AFTER.in_(language, by=escape(acknowledged.by), time=time))
    elif not group.is_recovering:
        yield phrases.NOBODY.in_(language)


def _recovery(root: Trouble, language: Language) -> str:
    recovery = root.recovery
    if recovery is None or not recovery.attempt:
        return phrases.RECOVERING.in_(language)
    said = phrases.RECOVERING_NTH if recovery.of is None else phrases.RECOVERING_OF
    return said.in_(language, attempt=recovery.attempt, of=recovery.of)


# --- what can be done ---


def _buttons(group: AlertGroup, clock: Clock, language: Language, *, names_engine: bool) -> Iterator[Button]:
    root = group.root
    if group.is_open:
        if group.acknowledged:
            yield Button(phrases.RELEASE.in_(language), "ask", orders.release(group.id, language))
        else:
            words = orders.acknowledge(group.id, language)
            yield Button(phrases.ACKNOWLEDGE.in_(language), "ask", words, "primary")
    questions = list(_questions(root, instance(root.subject, clock), language))
    for label, words in questions if group.is_open else questions[:2]:
        asked = orders.on_engine(words, root.subject.engine, language) if names_engine else words
        yield Button(label, "ask", asked)
    if group.is_open:
        words = orders.silence(root.subject.short_name, language)
        yield Button(phrases.SILENCE.in_(language), "ask", words)


def _questions(root: Trouble, name: str, language: Language) -> Iterator[tuple[str, str]]:
    """What can be asked about it, as label and words."""
    match root.kind:
        case TroubleKind.JOB_FAILED:
            yield phrases.SHOW_LOG.in_(language), orders.log_of(name, language)
            yield phrases.WHY.in_(language), orders.why_failed(name, language)
        case TroubleKind.STREAM_STUCK:
            yield phrases.WHY.in_(language), orders.why_stuck(name, language)
        case TroubleKind.JOB_LATE | TroubleKind.DEADLINE_MISSED:
            yield phrases.WHY.in_(language), orders.why_waiting(name, language)
        case TroubleKind.DEADLINE_AT_RISK:
            yield phrases.MAKES_IT.in_(language), orders.makes_deadline(name, language)
            yield phrases.WHY.in_(language), orders.why_waiting(name, language)
        case TroubleKind.PROMPT_WAITING:
            yield phrases.PROMPTS.in_(language), orders.prompts(language)
            return
        case TroubleKind.WORKSTATION_DOWN:
            workstation = root.subject.workstation
            yield phrases.STATUS.in_(language), orders.status_of_workstation(workstation, language)
            yield phrases.HOLDS.in_(language), orders.waiting_on(workstation, language)
            return
        case TroubleKind.ENGINE_AWAY:
            return
    yield phrases.BLOCKS.in_(language), orders.blocks(name, language)


def _small_print(group: AlertGroup, runbook: str) -> str:
    parts = [code(group.id), code(group.engine)]
    if link := runbook_link(runbook, group.root.subject):
        parts.insert(0, link)
    return " · ".join(parts)


def runbook_link(template: str, subject: Subject) -> str:
    """A Markdown link with `{job}`, `{stream}` and `{workstation}` filled in; empty if it is no web address."""
    url = template.strip()
    for name in ("job", "stream", "workstation"):
        url = url.replace(f"{{{name}}}", quote(getattr(subject, name), safe=""))
    if not url.startswith(("https://", "http://")) or any(sign in url for sign in ' <>()"\\\n'):
        return ""
    return f"[Runbook: {escape(url.partition('://')[2][:_LABEL])}]({url})"
