"""Who is answered, and who is not: every decision has a name, so that "why did it not answer?" has an answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from adapters.slack.ids import PLATFORM
from adapters.slack.people import People, Profile
from adapters.slack.posts import Post, is_addressed_to_another, mentions
from adapters.slack.threads import Threads
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import Person, Place
from resync_bot.runtime.slack_settings import SlackSettings

# Subtypes of messages that a person wrote; the others tell of joins, topics, edits and bots (S22).
_WRITTEN: Final = frozenset({"", "file_share", "thread_broadcast"})
_SLACKBOT: Final = "USLACKBOT"


class Reason(StrEnum):
    """Why a message goes no further."""

    UNREADABLE = "unreadable"
    OWN = "own"
    ANOTHER_BOT = "another_bot"
    NOT_WRITTEN = "not_written"  # a join, a topic, an edit
    NOT_FOR_BOT = "not_for_bot"
    WORKSPACE = "workspace_not_allowed"
    CHANNEL = "channel_not_allowed"
    CONNECT = "slack_connect"
    GUEST = "guest"

    @property
    def is_self(self) -> bool:
        """Whether answering it would be a bot talking to a bot."""
        return self in (Reason.OWN, Reason.ANOTHER_BOT)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who is answered, and in which conversation."""

    person: Person
    place: Place


class Gate:
    """Deny by default: people from elsewhere and guests get nothing unless the settings say so."""

    def __init__(self, settings: SlackSettings, workspaces: Workspaces, threads: Threads, people: People) -> None:
        self._settings = settings
        self._workspaces = workspaces
        self._threads = threads
        self._people = people

    async def admit(self, post: Post) -> Admitted | Reason:
        """Raises StoreUnavailableError or DeliveryError if it cannot be decided now: the delivery comes again."""
        if reason := _not_a_persons(post):
            return reason
        bot_user = post.bot_user or (await self._workspaces.identity(post.team)).bot_user
        if post.user == bot_user:
            return Reason.OWN
        is_mentioned = mentions(post.text, bot_user) or (post.is_mention_event and not _names_anybody(post.text))
        if not (is_mentioned or post.is_direct or post.thread_ts):
            return Reason.NOT_FOR_BOT
        if reason := await self._refuse_place(post.team, post.channel, is_direct=post.is_direct):
            return reason
        conversation = await self._conversation(post, bot_user, is_mentioned=is_mentioned)
        if conversation is None:
            return Reason.NOT_FOR_BOT
        return await self._admit_writer(post, conversation, joins=is_mentioned and not post.is_direct)

    async def _admit_writer(self, post: Post, conversation: str, *, joins: bool) -> Admitted | Reason:
        person = await self.admit_person(post.team, post.enterprise, post.user, post.home_teams)
        if isinstance(person, Reason):
            return person
        if joins:
            await self._threads.join(post.team, post.channel, post.root, conversation)
        return Admitted(person, Place(PLATFORM, post.team, post.channel, conversation))

    async def admit_press(self, team: str, enterprise: str, channel: str, user: str, home_team: str) -> Person | Reason:
        """For commands and buttons, which Slack delivers only to the app that they belong to."""
        if reason := await self._refuse_place(team, channel, is_direct=channel.startswith("D")):
            return reason
        return await self.admit_person(team, enterprise, user, frozenset({home_team} - {""}))

    async def admit_person(self, team: str, enterprise: str, user: str, home_teams: frozenset[str]) -> Person | Reason:
        """Members of the workspace, or of another one of the same enterprise."""
        foreign = bool(home_teams - {team})
        if foreign and not enterprise and not self._settings.allow_connect:
            return Reason.CONNECT  # it need not be known who it is
        profile = await self._people.profile(team, user)
        if profile.is_bot or profile.is_gone:
            return Reason.ANOTHER_BOT if profile.is_bot else Reason.CONNECT
        if _is_outside(profile, team, enterprise, foreign=foreign):
            return profile.person(user) if self._settings.allow_connect else Reason.CONNECT
        if profile.is_guest and not self._settings.allow_guests:
            return Reason.GUEST
        return profile.person(user)

    async def conversation_of(self, team: str, channel: str, root: str) -> str:
        """The conversation that a thread of the bot's own belongs to."""
        return await self._threads.conversation(team, channel, root) or root

    async def _refuse_place(self, team: str, channel: str, *, is_direct: bool) -> Reason | None:
        allowed = self._settings.allowed_workspaces
        if (allowed and team not in allowed) or not await self._workspaces.is_installed(team):
            return Reason.WORKSPACE
        if self._settings.allowed_channels and not is_direct and channel not in self._settings.allowed_channels:
            return Reason.CHANNEL
        return None

    async def _conversation(self, post: Post, bot_user: str, *, is_mentioned: bool) -> str | None:
        """None if the message is not for the bot."""
        if not post.thread_ts:
            return post.ts
        known = await self._threads.conversation(post.team, post.channel, post.thread_ts)
        if is_mentioned or post.is_direct:
            return known or post.thread_ts
        is_in_thread = known is not None or post.parent_user == bot_user
        if is_in_thread and not is_addressed_to_another(post.text, bot_user):
            return known or post.thread_ts
        return None


def _not_a_persons(post: Post) -> Reason | None:
    if post.user and post.user == post.bot_user:
        return Reason.OWN
    if post.is_from_bot or post.user == _SLACKBOT:
        return Reason.ANOTHER_BOT
    return None if post.user and post.subtype in _WRITTEN else Reason.NOT_WRITTEN


def _names_anybody(text: str) -> bool:
    return "<@" in text


def _is_outside(profile: Profile, team: str, enterprise: str, *, foreign: bool) -> bool:
    if profile.is_stranger:
        return True
    if enterprise and enterprise == profile.enterprise:
        return False
    return foreign or (profile.team not in ("", team))
