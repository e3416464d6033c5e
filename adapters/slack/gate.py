"""Who is answered, and who is not: every decision has a name, so that "why did it not answer?" has an answer."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from adapters.slack.ids import PLATFORM, MessageId, is_timestamp
from adapters.slack.people import People, Profile
from adapters.slack.posts import Post, Press, is_addressed_to_another, mentions
from adapters.slack.threads import QUIET, Home, Threads
from adapters.slack.workspaces import Workspaces
from resync_bot.conversation.model import Incoming, Person, Place, Question
from resync_bot.conversation.ports import Note
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
    """Somebody who is answered, in which conversation, and what is to be kept with the question."""

    person: Person
    place: Place
    note: Note | None = None


class Gate:
    """Deny by default: people from elsewhere and guests get nothing unless the settings say so.

    At the door it decides by what Slack's payload says, and by what is known already, so that no acknowledgement waits
    for the Web API. Who somebody new is, `identify` asks in the turn, before anything is answered.
    """

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
        if reason := await self._refuse_place(post.team, post.enterprise, post.channel, is_direct=post.is_direct):
            return reason
        home = await self._home(post, bot_user, is_mentioned=is_mentioned)
        if home is None:
            return Reason.NOT_FOR_BOT
        return self._admit_writer(post, home, joins=is_mentioned)

    async def admit_press(self, press: Press) -> Person | Reason:
        """For commands and buttons, which Slack delivers only to the app that they belong to."""
        is_direct = press.channel.startswith("D")
        if reason := await self._refuse_place(press.team, press.enterprise, press.channel, is_direct=is_direct):
            return reason
        caller = self._at_the_door(press.team, press.enterprise, press.user, press.home_teams)
        return caller if isinstance(caller, Reason) else caller.person

    async def identify(self, incoming: Incoming) -> Incoming | Reason:
        """In the turn: `incoming` with all that is known of its person. Raises StoreUnavailableError, DeliveryError."""
        place, user = incoming.place, incoming.person.id
        profile = await self._people.profile(place.tenant, user)
        if reason := await self._refuse_person(profile, place.tenant):
            return reason
        if isinstance(incoming, Question):
            await self._join(place, MessageId.decode(incoming.message_id).root or place.thread)
        person = profile.person(user)
        return incoming if person == incoming.person else replace(incoming, person=person)

    async def admit_now(self, press: Press) -> Person | Reason:
        """Where something is shown or done at once, outside any turn: asks who it is. Raises as `identify` does."""
        admitted = await self.admit_press(press)
        if isinstance(admitted, Reason):
            return admitted
        profile = await self._people.profile(press.team, press.user)
        return await self._refuse_person(profile, press.team) or profile.person(press.user)

    async def home_of(self, team: str, channel: str, root: str) -> Home:
        """The conversation that a thread of the bot's own belongs to."""
        return await self._threads.home(channel, root) or Home(team, root)

    # --- people ---

    def _admit_writer(self, post: Post, home: Home, *, joins: bool) -> Admitted | Reason:
        caller = self._at_the_door(post.team, post.enterprise, post.user, post.home_teams)
        if isinstance(caller, Reason):
            return caller
        place = Place(PLATFORM, home.team, post.channel, home.conversation)
        note = self.to_join(place, post.root) if joins and caller.is_known else None
        return Admitted(caller.person, place, note)

    def has_joined(self, place: Place, root: str) -> None:
        """The note that came with somebody's admission was kept."""
        self._threads.joined(place.channel, root, Home(place.tenant, place.thread))

    def _at_the_door(self, team: str, enterprise: str, user: str, home_teams: frozenset[str]) -> "_Caller | Reason":
        if home_teams - {team} and not enterprise and not self._settings.allow_connect:
            return Reason.CONNECT  # it need not be known who it is
        profile = self._people.known(team, user)
        if profile is None:
            self._people.ask(team, user)
            return _Caller(Person(PLATFORM, user), is_known=False)
        if reason := self._refuse(profile, team, enterprise):
            return reason
        return _Caller(profile.person(user), is_known=True)

    async def _refuse_person(self, profile: Profile, team: str) -> Reason | None:
        """Asks which organisation the workspace belongs to only where that decides."""
        if profile.team in ("", team) or not profile.enterprise:
            return self._refuse(profile, team, "")
        return self._refuse(profile, team, (await self._workspaces.identity(team)).enterprise)

    def _refuse(self, profile: Profile, team: str, enterprise: str) -> Reason | None:
        """Members of the workspace are answered, and of another one of the same organisation (S20)."""
        if profile.is_bot:
            return Reason.ANOTHER_BOT
        is_colleague = bool(enterprise) and profile.enterprise == enterprise
        is_outside = profile.is_stranger or (profile.team not in ("", team) and not is_colleague)
        if profile.is_gone or (is_outside and not self._settings.allow_connect):
            return Reason.CONNECT
        if profile.is_guest and not is_outside and not self._settings.allow_guests:
            return Reason.GUEST
        return None

    # --- places ---

    async def _refuse_place(self, team: str, enterprise: str, channel: str, *, is_direct: bool) -> Reason | None:
        allowed = self._settings.allowed_workspaces
        if allowed and not allowed & {team, enterprise}:
            return Reason.WORKSPACE
        if not await self._workspaces.is_installed(team, enterprise):
            return Reason.WORKSPACE
        if self._settings.allowed_channels and not is_direct and channel not in self._settings.allowed_channels:
            return Reason.CHANNEL
        return None

    async def _home(self, post: Post, bot_user: str, *, is_mentioned: bool) -> Home | None:
        """The conversation of the message; None if it is not for the bot."""
        if not post.thread_ts:
            return Home(post.team, post.ts)
        known = await self._threads.home(post.channel, post.thread_ts)
        home = known or Home(post.team, post.thread_ts)
        if is_mentioned or post.is_direct:
            return home
        is_in_thread = home.manner != QUIET and (known is not None or post.parent_user == bot_user)
        return home if is_in_thread and not is_addressed_to_another(post.text, bot_user) else None

    async def _join(self, place: Place, root: str) -> None:
        if _has_threads(place, root):
            await self._threads.join(place.channel, root, Home(place.tenant, place.thread))

    def to_join(self, place: Place, root: str) -> Note | None:
        """What is to be kept with somebody's message or press: from then on the bot is in the thread `root`."""
        if not _has_threads(place, root):
            return None
        return self._threads.to_join(place.channel, root, Home(place.tenant, place.thread))


@dataclass(frozen=True, slots=True)
class _Caller:
    """Somebody whom nothing speaks against so far; `is_known` if nothing will."""

    person: Person
    is_known: bool


def _has_threads(place: Place, root: str) -> bool:
    """In a thread of a channel the bot is from now on; direct messages need no such thing."""
    return is_timestamp(root) and not place.channel.startswith("D")


def _not_a_persons(post: Post) -> Reason | None:
    if post.user and post.user == post.bot_user:
        return Reason.OWN
    if post.is_from_bot or post.user == _SLACKBOT:
        return Reason.ANOTHER_BOT
    return None if post.user and post.subtype in _WRITTEN else Reason.NOT_WRITTEN


def _names_anybody(text: str) -> bool:
    return "<@" in text
