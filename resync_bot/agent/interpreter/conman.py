"""Reads the display commands of conman: `sj`, `ss`, `sc`, `sp`, `sr`, `rc`, `status` with their selections.

What names and states alone select becomes the same intents as questions in words, so that the conversation can go on
from there; all other selections go to the tools that take conman's language as it is. What the engine's API cannot tell
(`sf`, `showd` ...) is said to be so.

One difference on purpose: `@#@.@` means all folders here, while conman takes the root folder only; who types it in a
chat wants to know of all jobs, and the answer shows the folders.
"""

import re
from enum import Enum, auto
from typing import Final

from resync_bot.agent.arguments import PromptStatus
from resync_bot.agent.conman.selection import Path, Selection, parse
from resync_bot.agent.interpreter.intents import (
    ChangeRequest,
    Intent,
    Kind,
    ListJobs,
    ListPrompts,
    ListResources,
    ListStreams,
    ListWorkstations,
    NotUnderstood,
    NotYet,
    Overview,
    Places,
    SelectJobsBy,
    SelectStreamsBy,
    ShowDependencies,
    ShowLog,
    ShowStatus,
    Target,
    Topic,
)
from resync_bot.agent.interpreter.mentions import has_wildcard, is_any
from resync_bot.agent.interpreter.reading import INTERNAL_STATES
from resync_bot.tws.models import Status


class _Verb(Enum):
    JOBS = auto()
    STREAMS = auto()
    WORKSTATIONS = auto()
    PROMPTS = auto()
    RECALL = auto()
    RESOURCES = auto()
    STATUS = auto()
    FILES = auto()
    DOMAINS = auto()
    OTHER = auto()  # shows something that the bot cannot show
    CHANGE = auto()


_VERBS: Final[dict[_Verb, str]] = {
    _Verb.JOBS: "sj showjob showjobs",
    _Verb.STREAMS: "ss showsched showscheds showschedules showjobstreams",
    _Verb.WORKSTATIONS: "sc showcpu showcpus",
    _Verb.PROMPTS: "sp showprompt showprompts",
    _Verb.RECALL: "rc recall",
    _Verb.RESOURCES: "sr showres showresource showresources",
    _Verb.STATUS: "status stat st",
    _Verb.FILES: "sf showfile showfiles",
    _Verb.DOMAINS: "showd showdomain showdomains sd",
    _Verb.OTHER: "listsym listsucc version redo tellop bulk_discovery checkhealthstatus",
    _Verb.CHANGE: """
        rr rerunsucc cj cs rj rs conf ap altpri adj ads ddj dds aj altjob sbs sbj sbd sbf rep lc ls lk unlk fence f k
        altpass deployconf setsym switchmgr switchevtp startappserver stopappserver startmon stopmon startevtp stopevtp
    """,
}
_BY_WORD: Final = {word: verb for verb, words in _VERBS.items() for word in words.split()}
# Words that are also ordinary words or letters: commands only when an argument follows that looks like one.
_DOUBTFUL: Final = frozenset({"rs", "f", "k", "ls", "ap", "conf", "fence", "rep", "sd", "st"})
_ARGUMENT: Final = re.compile(r"[#;@_/]|\d|^[A-Z]")
_PREFIX: Final = re.compile(r"^(?:conman|ocli\s+plan)\s+|^[%-]\s*", re.IGNORECASE)

# Punctuation at the end. Several question marks stand for as many characters of a name.
_LAST_MARK: Final = re.compile(r"(?:(?<!\?)\?|[!.;])+$")

# conman's states that one public status stands for; `~state=succ` becomes all other public statuses.
_PUBLIC: Final[dict[str, Status]] = {
    "SUCC": Status.SUCCESSFUL,
    "EXEC": Status.RUNNING,
    "CANCL": Status.CANCELED,
    "CANCEL": Status.CANCELED,
    "SUPPR": Status.SUPPRESS,
    "ERROR": Status.ERROR,
}
_ALL_STATUSES: Final = tuple(status for status in Status if status is not Status.UNKNOWN)
# Spellings that the API does not know: the tool that reads selections translates them.
_OTHER_SPELLINGS: Final = frozenset({"CANCEL", "CANCELP", "CANCL", "FAILED", "FAILD", "ABENDP"})


def understand_conman(question: str) -> Intent | None:
    """The intent of a conman command; None if `question` is none, NotUnderstood if it is one with a wrong selection."""
    text = _PREFIX.sub("", _without_courtesy(question.strip().strip("`'\"")), count=1).strip("`'\"")
    word, _, rest = text.partition(" ")
    if ";" in word:
        word, rest = text.split(";", 1)[0], ";" + text.split(";", 1)[1]
    verb, rest = _BY_WORD.get(word.lower()), rest.strip()
    if verb is None or not _is_command(word.lower(), verb, rest):
        return None
    fixed = _without_selection(verb, rest)
    if fixed is not None:
        return fixed
    try:
        rest = _LAST_MARK.sub("", rest)
        selection = parse(rest)
    except ValueError:
        return NotUnderstood((rest,))
    said_beside = _said_beside(selection)
    return NotUnderstood((said_beside,)) if said_beside else _intent(verb, selection, rest)


def _without_courtesy(text: str) -> str:
    """`please sj @#@.@ for me, thanks`: the command in it; the text as it is where there is none."""
    words = text.split()
    start = next((index for index, word in enumerate(words) if _plain(word) not in _COURTESY), 0)
    if not words or (start and not _BY_WORD.get(words[start].partition(";")[0].lower())):
        return text
    end = len(words)
    while end > start + 1 and _plain(words[end - 1]) in _COURTESY:
        end -= 1
    return " ".join(words[start:end]).rstrip(",") if (start, end) != (0, len(words)) else text


def _plain(word: str) -> str:
    return word.strip(",.!?").lower()


# Words around a command that say nothing about what it selects.
_COURTESY: Final = frozenset(
    word
    for text in (
        "please pls plz kindly thanks thank you thx ty cheers hey hi hello can could run do for me us now asap mate",
        "por favor pf pfv pfvr favor obrigado obrigada valeu vlw agora pra mim oi ola roda rode faz",
    )
    for word in text.split()
)


def _said_beside(selection: Selection) -> str | None:
    """Words that follow a state: `+state=abend on FTA1` says something that no selection says."""
    for qualifier in selection.qualifiers:
        last = qualifier.values[-1] if qualifier.word == "state" and qualifier.values else ""
        state, _, beside = last.partition(" ")
        if beside and state.upper() in INTERNAL_STATES:
            return beside
    return None


def _without_selection(verb: _Verb, rest: str) -> Intent | None:  # noqa: PLR0911 - one line per verb
    match verb:
        case _Verb.STATUS:
            return Overview()
        case _Verb.FILES:
            return NotYet(Topic.FILES)
        case _Verb.DOMAINS:
            return NotYet(Topic.DOMAINS)
        case _Verb.OTHER:
            return NotYet(Topic.CONMAN)
        case _Verb.CHANGE:
            return ChangeRequest(_change_target(rest))
        case _Verb.RECALL:
            return ListPrompts(only_open=True)
        case _:
            return None


def _is_command(word: str, verb: _Verb, rest: str) -> bool:
    if word in ("status", "stat", "version", "redo"):
        return not rest or rest.startswith(";")
    if word in ("rc", "recall"):
        return not rest or bool(re.search("[#;@]", rest)) or (len(rest.split()) == 1 and rest.isupper())
    if word in ("st", "sd"):
        return not rest
    if word in _DOUBTFUL:
        return bool(re.search("[#;]", rest))
    if verb is _Verb.CHANGE:
        return bool(_ARGUMENT.search(rest))
    # A sentence is no selection: "ss is stuck" has several words without any sign of one.
    return len(rest.split()) <= 1 or bool(re.search(r"[#@;+~/]", rest))


def _change_target(rest: str) -> Target | None:
    try:
        selection = parse(rest.partition(";")[0])
    except ValueError:
        return None
    return _target(selection) if selection.path and not has_wildcard(selection.path.name) else None


def _intent(verb: _Verb, selection: Selection, text: str) -> Intent:
    name = selection.path.name if selection.path else None
    if selection.qualifiers and verb in (_Verb.WORKSTATIONS, _Verb.RESOURCES):
        return NotUnderstood(tuple(f"{'+' if one.wanted else '~'}{one.word}" for one in selection.qualifiers))
    match verb:
        case _Verb.JOBS:
            return _jobs(selection, text)
        case _Verb.STREAMS:
            return _streams(selection, text)
        case _Verb.WORKSTATIONS:
            domain = selection.path.domain if selection.path else None
            return ListWorkstations(_open(name), domain=_open(domain), in_detail=bool(selection.options))
        case _Verb.RESOURCES:
            return ListResources(_open(name))
        case _:
            return _prompts(selection, _open(name))


def _prompts(selection: Selection, name: str | None) -> Intent:
    """`sp @+state=asked`: conman's words for how a prompt is."""
    wanted, unwanted = set[PromptStatus](), set[PromptStatus]()
    for qualifier in selection.qualifiers:
        states = [_PROMPT_STATES.get(value.upper()) for value in qualifier.values]
        if qualifier.word != "state" or not states or None in states:
            return NotUnderstood((f"{'+' if qualifier.wanted else '~'}{qualifier.word}",))
        (wanted if qualifier.wanted else unwanted).update(state for state in states if state)
    chosen = (wanted or set(PromptStatus)) - unwanted
    statuses = tuple(status for status in PromptStatus if status in chosen) if selection.qualifiers else ()
    return ListPrompts(only_open=False, statuses=statuses, name=name)


_PROMPT_STATES: Final = {
    "ASKED": PromptStatus.ASKED,
    "INACT": PromptStatus.NOT_ASKED,
    "INACTIVE": PromptStatus.NOT_ASKED,
    "YES": PromptStatus.ANSWERED_YES,
    "NO": PromptStatus.ANSWERED_NO,
}


def _states(selection: Selection) -> tuple[tuple[Status, ...], tuple[str, ...]] | None:
    """The public and the internal statuses; None where more than those is asked for."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for qualifier in selection.qualifiers:
        if qualifier.word == "critical" and not qualifier.values:
            continue
        if qualifier.word != "state" or not all(qualifier.values) or not qualifier.values:
            return None
        (wanted if qualifier.wanted else unwanted).extend(value.upper() for value in qualifier.values)
    if unwanted and (wanted or not all(word in _PUBLIC for word in unwanted)):
        return None
    if unwanted:
        left_out = {_PUBLIC[word] for word in unwanted}
        return tuple(status for status in _ALL_STATUSES if status not in left_out), ()
    if any(word in _OTHER_SPELLINGS for word in wanted):
        return None
    return (), tuple(dict.fromkeys(wanted))


def _is_critical(selection: Selection) -> bool | None:
    wanted = [qualifier.wanted for qualifier in selection.qualifiers if qualifier.word == "critical"]
    return wanted[-1] if wanted else None


def _target(selection: Selection) -> Target:
    path = selection.path or Path("@")
    workstation = selection.workstation.name if selection.workstation else None
    folder = None if is_any((path.folder or "").strip("/")) else path.folder
    is_job = selection.job is not None
    return Target(
        name=selection.job or path.name,
        kind=Kind.JOB if is_job else Kind.STREAM if selection.workstation else Kind.EITHER,
        stream=path.name if is_job and not is_any(path.name) else None,
        folder=folder,
        workstation=None if is_any(workstation) else workstation,
        instance=selection.instance,
    )


# Options that ask for what the status of a job does not tell.
_MORE_OF_ONE: Final = frozenset({"info", "logon", "props"})


def _jobs(selection: Selection, text: str) -> Intent:
    path, job = selection.path, selection.job
    names = [name for name in (job, path.name if path else None) if name]
    if "stdlist" in selection.options and job:
        names = [job]  # in whatever stream: where several have it, the answer asks back
    if names and not any(map(has_wildcard, names)) and not selection.qualifiers and _has_no_id(selection):
        target = _target(selection)
        if selection.options & _MORE_OF_ONE:
            return SelectJobsBy(text)
        if "stdlist" in selection.options:
            return ShowLog(target)
        return ShowDependencies(target) if "deps" in selection.options else ShowStatus(target)
    states = _states(selection)
    if states is None or not _is_plain(selection):
        return SelectJobsBy(text)
    is_stream = path is not None and (job is not None or selection.workstation is not None or path.folder is not None)
    return ListJobs(
        statuses=states[0],
        internal_statuses=states[1],
        places=_places(selection, path.name if path and is_stream else None),
        name=_open(job if is_stream else path.name if path else None),
        critical=_is_critical(selection),
    )


def _streams(selection: Selection, text: str) -> Intent:
    path = selection.path
    if path and not has_wildcard(path.name) and not selection.qualifiers and _has_no_id(selection):
        target = _target(selection)
        return ShowStatus(
            Target(target.name, Kind.STREAM, None, target.folder, target.workstation, None, target.instance)
        )
    states = _states(selection)
    if states is None or not _is_plain(selection) or _is_critical(selection) is not None:
        return SelectStreamsBy(text)
    return ListStreams(
        statuses=states[0],
        internal_statuses=states[1],
        places=_places(selection, None),
        name=_open(path.name if path else None),
    )


def _has_no_id(selection: Selection) -> bool:
    return selection.stream_id is None and "schedid" not in selection.options


def _is_plain(selection: Selection) -> bool:
    """Whether names and states are all of it."""
    paths = [path.name for path in (selection.path, selection.workstation) if path]
    has_digits = any("%" in name for name in (*paths, selection.job or ""))
    return not (selection.instance or selection.options or has_digits) and _has_no_id(selection)


def _places(selection: Selection, stream: str | None) -> Places:
    folder = selection.path.folder if selection.path else None
    return Places(
        stream=_open(stream),
        folder=None if folder is None or set(folder) <= set("/@*") else folder,
        workstation=_open(selection.workstation.name if selection.workstation else None),
    )


def _open(name: str | None) -> str | None:
    return None if is_any(name) else name
