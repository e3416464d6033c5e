"""What belongs together: one group for each root cause, and what becomes of it. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from resync_bot.alerts.model import (
    AlertGroup,
    Ending,
    Member,
    Membership,
    Observation,
    StoryEntry,
    StoryKind,
    Trouble,
    TroubleKind,
)

# What a workstation that is down explains of the jobs that run there.
_EXPLAINED_BY_WORKSTATION: Final = frozenset({TroubleKind.JOB_FAILED, TroubleKind.JOB_LATE, TroubleKind.STREAM_STUCK})


class Grouping(StrEnum):
    """What became of a trouble that was seen."""

    NEW_ROOT = "new_root"
    DOWNSTREAM = "downstream"
    SAME_STREAM = "same_stream"
    SAME_WORKSTATION = "same_workstation"
    SAME_OBJECT = "same_object"
    KNOWN = "known"
    FAILED_AGAIN = "failed_again"
    RECOVERING = "recovering"  # a later run of it failed, and another one is on its way


_JOINED: Final = {
    Membership.ROOT: Grouping.NEW_ROOT,
    Membership.DOWNSTREAM: Grouping.DOWNSTREAM,
    Membership.SAME_STREAM: Grouping.SAME_STREAM,
    Membership.SAME_WORKSTATION: Grouping.SAME_WORKSTATION,
    Membership.SAME_OBJECT: Grouping.SAME_OBJECT,
}


class Groups:
    """The open groups of one engine, while an observation goes into them. `changed` are those that are others now."""

    def __init__(
        self, groups: Iterable[AlertGroup], *, now: datetime, engine_now: datetime, new_id: Callable[[], str]
    ) -> None:
        """`now` is the bot's clock, `engine_now` the engine's, by which the story is told; `new_id` names a group."""
        self._now = now
        self._engine_now = engine_now
        self._new_id = new_id
        self._groups = {group.id: group for group in groups if group.is_open}
        self._of_key: dict[str, str] = {}
        self._of_subject: dict[str, str] = {}
        self._number: dict[str, int] = {}  # of a member in its group, by key: members are only ever added
        for group in self._groups.values():
            for number, member in enumerate(group.members):
                key = member.trouble.key
                self._of_key[key] = self._of_subject[member.trouble.subject.key] = group.id
                self._number[key] = number
        self._of_stream: dict[str, str] = {}
        self._of_workstation: dict[str, str] = {}
        for group in self._groups.values():
            self._remember(group.root, group.id)
        self._changes: dict[str, list[Member]] = {}
        self._stories: dict[str, list[StoryEntry]] = {}
        self._joined: dict[str, int] = {}

    def observe(self, observation: Observation, roots: Mapping[str, str]) -> dict[str, Grouping]:
        """What became of each trouble, by its key. `roots` names the root of each that a graph knows, by keys.

        A root is taken before what follows it, so that what is told of both comes in one group.
        """
        decided = {}
        in_order = sorted(observation.troubles, key=lambda one: (roots.get(one.key, one.key) != one.key, one.since))
        for trouble in in_order:
            known = self._of_key.get(trouble.key)
            decided[trouble.key] = self._join(trouble, roots) if known is None else self._see_again(trouble, known)
        for key, ending in observation.endings.items():
            if (group_id := self._of_key.get(key)) is not None:
                self._end(group_id, key, ending)
        return decided

    def changed(self) -> tuple[AlertGroup, ...]:
        """Those that are new or others than before, resolved if nothing is wrong in them any more."""
        return tuple(self._settled(group_id) for group_id in self._changes)

    def group_of(self, key: str) -> str | None:
        """The group that a trouble is in."""
        return self._of_key.get(key)

    # --- joining ---

    def _join(self, trouble: Trouble, roots: Mapping[str, str]) -> Grouping:
        group_id, why = self._place_of(trouble, roots)
        if group_id is None:
            group_id = self._new_id()
            self._groups[group_id] = AlertGroup(
                id=group_id, engine=trouble.subject.engine, members=(), opened=self._now, changed=self._now
            )
            self._remember(trouble, group_id)
            self._tell(group_id, StoryKind.OPENED)
            if trouble.recovery and trouble.recovery.is_running:
                self._tell(group_id, StoryKind.RECOVERING, count=trouble.recovery.attempt)
        elif self._groups[group_id].members:
            self._joined[group_id] = self._joined.get(group_id, 0) + 1
        members = self._members(group_id)
        key = trouble.key
        self._of_key[key] = self._of_subject[trouble.subject.key] = group_id
        self._number[key] = len(members)
        members.append(Member(trouble=trouble, why=why))
        return _JOINED[why]

    def _place_of(self, trouble: Trouble, roots: Mapping[str, str]) -> tuple[str | None, Membership]:
        """Which group, and why; None for one of its own."""
        root = roots.get(trouble.key)
        if root is not None and root != trouble.key and (group_id := self._of_key.get(root)) is not None:
            return group_id, Membership.DOWNSTREAM
        if (group_id := self._of_subject.get(trouble.subject.key)) is not None:
            return group_id, Membership.SAME_OBJECT
        if trouble.kind in _EXPLAINED_BY_WORKSTATION:
            group_id = self._of_workstation.get(f"{trouble.subject.engine}|{trouble.runs_on}")
            if group_id is not None:
                return group_id, Membership.SAME_WORKSTATION
        if root is None or trouble.kind is TroubleKind.STREAM_STUCK:
            group_id = self._of_stream.get(trouble.subject.stream_key)
            if group_id is not None:
                return group_id, Membership.SAME_STREAM
        return None, Membership.ROOT

    def _remember(self, root: Trouble, group_id: str) -> None:
        if root.kind is TroubleKind.WORKSTATION_DOWN:
            self._of_workstation[f"{root.subject.engine}|{root.subject.workstation}"] = group_id
        elif root.subject.stream:
            self._of_stream.setdefault(root.subject.stream_key, group_id)

    # --- what goes on in a group ---

    def _see_again(self, trouble: Trouble, group_id: str) -> Grouping:
        number = self._number[trouble.key]
        before = self._member(group_id, number)
        is_again = trouble.run != before.trouble.run or before.ended is not None
        is_recovering = trouble.recovery is not None and trouble.recovery.is_running
        was_recovering = before.trouble.recovery is not None and before.trouble.recovery.is_running
        if before.trouble == trouble and before.ended is None and before.ending is None:
            return Grouping.KNOWN
        self._members(group_id)[number] = before.model_copy(
            update={
                "trouble": trouble,
                "failures": before.failures + is_again,
                "ended": None,
                "ending": None,
            }
        )
        name = "" if number == 0 else trouble.subject.short_name
        if is_recovering:
            if is_again or not was_recovering:
                attempt = trouble.recovery.attempt if trouble.recovery else 0
                self._tell(group_id, StoryKind.RECOVERING, subject=name, count=attempt)
            return Grouping.RECOVERING
        if was_recovering:
            self._tell(group_id, StoryKind.ESCALATED, subject=name)
        elif is_again:
            self._tell(group_id, StoryKind.FAILED_AGAIN, subject=name, count=before.failures + 1)
        return Grouping.FAILED_AGAIN if is_again or was_recovering else Grouping.KNOWN

    def _end(self, group_id: str, key: str, ending: Ending) -> None:
        number = self._number[key]
        before = self._member(group_id, number)
        if before.ended is not None or before.ending is ending:
            return
        is_over = ending is not Ending.RUNNING
        self._members(group_id)[number] = before.model_copy(
            update={"ending": ending, "ended": self._engine_now if is_over else None}
        )
        if number == 0:
            seconds = max(0, round((self._engine_now - before.trouble.since).total_seconds()))
            kind = StoryKind.RECOVERED if is_over else StoryKind.RERUNNING
            self._tell(group_id, kind, seconds=seconds, ending=ending)

    def _settled(self, group_id: str) -> AlertGroup:
        if joined := self._joined.pop(group_id, 0):
            self._tell(group_id, StoryKind.JOINED, count=joined)
        members = self._changes[group_id]
        is_over = all(member.ended is not None for member in members)
        if is_over:
            seconds = max(0, round((self._engine_now - members[0].trouble.since).total_seconds()))
            self._tell(group_id, StoryKind.RESOLVED, seconds=seconds)
        before = self._groups[group_id]
        group = before.model_copy(
            update={
                "members": tuple(members),
                "story": (*before.story, *self._stories.pop(group_id, ())),
                "changed": self._now,
                "resolved": self._now if is_over else None,
            }
        )
        self._groups[group_id] = group
        return group

    def _member(self, group_id: str, number: int) -> Member:
        """As it is now."""
        return (self._changes.get(group_id) or self._groups[group_id].members)[number]

    def _members(self, group_id: str) -> list[Member]:
        """To be changed."""
        if group_id not in self._changes:
            self._changes[group_id] = list(self._groups[group_id].members)
        return self._changes[group_id]

    def _tell(
        self,
        group_id: str,
        kind: StoryKind,
        *,
        subject: str = "",
        count: int = 0,
        seconds: int = 0,
        ending: Ending | None = None,
    ) -> None:
        entry = StoryEntry(at=self._engine_now, kind=kind, subject=subject, count=count, seconds=seconds, ending=ending)
        self._stories.setdefault(group_id, []).append(entry)
