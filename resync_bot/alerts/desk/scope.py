"""What an order is about, part by part: names, the engine, kinds of trouble, how much it matters. Pure.

A sentence is read from left to right; each part says where it ends. A part that nothing reads makes the whole order
unreadable: it is asked back then, and never carried out by halves.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from resync_bot.alerts.desk.commands import Mistake
from resync_bot.alerts.desk.plain import Plain
from resync_bot.alerts.desk.scope_words import ALL, CRITICAL_JOBS, CRITICAL_ONLY, ERRORS_ONLY, FIELDS, FILLER, KINDS
from resync_bot.alerts.desk.times import END
from resync_bot.alerts.model import Pattern, Severity, TroubleKind

MOST_NAMES: Final = 10  # in one order

_SEPARATOR: Final = re.compile(r"[\s,;]+")
_NAME: Final = r"(?P<name>[^\s,;()]+(?:\([^()]{1,60}\)[^\s,;()]*)?)"
_PLACE: Final = r"(?:on|in|at|from|under|no|na|nos|nas|em|n[oa]s?)"
_OF_KIND: Final = re.compile(
    rf"(?:{_PLACE} )?(?:the |o |a |os |as )?(?P<kind>{'|'.join(sorted(FIELDS, key=len, reverse=True))}) {_NAME}{END}"
)
_IN_PLACE: Final = re.compile(rf"{_PLACE} (?:the |o |a )?{_NAME}{END}")
_KIND_AFTER: Final = re.compile(
    rf"{_NAME} (?P<kind>job stream|stream|job|workstation|prompt|fluxo)(?! [a-z0-9]*[_@*?#/0-9]){END}"
)
_OF_ENGINE: Final = re.compile(rf"(?:of|de|do|da|for|para) {_NAME}{END}")
_BARE: Final = re.compile(_NAME + END)
_LOOKS_LIKE_A_NAME: Final = re.compile(r"[\w@?*#/.$%+&-]+(?:\([^()]{1,60}\)[\w@?*#/.$%+&-]*)?")
_HAS_A_SIGN: Final = re.compile(r"[_@?*#/.\d]")
_PATH: Final = re.compile(
    r"(?:(?P<workstation>[^#\s]+)#)?(?P<folder>/(?:[^/.#]+/)*)?(?:(?P<stream>[^/.#]+)\.)?(?P<own>[^/.#]+)?"
)
_INSTANCE: Final = re.compile(r"\([^()]*\)")
# Plain words that never are a name, although nothing else reads them: what follows an order and is none of it.
_PLAIN_WORDS: Final = """
    me us you it this these those there now then please not never always again in on at to by from nada isso isto agora
    sempre nunca nao nos voce today tomorrow tonight hoje amanha until till ate because porque for things stuff coisas
    my our meus nossos something algo critical critico criticos critica criticas unless except but mas exceto menos
"""
_NO_NAME: Final = frozenset(_PLAIN_WORDS.split())

PartReader = Callable[[Plain, int], int | None]


@dataclass
class Scope:
    """What was read so far of what an order is about."""

    engines: Sequence[str]  # that there are
    names: list[dict[str, str]] = field(default_factory=list)
    common: dict[str, str] = field(default_factory=dict)
    kinds: dict[TroubleKind, None] = field(default_factory=dict)
    severity: Severity = Severity.WARNING
    critical: bool = False
    everything: bool = False
    mistake: tuple[Mistake, str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was named at all."""
        told = self.names or self.common or self.kinds or self.critical or self.everything
        return not told and self.severity is Severity.WARNING

    def patterns(self) -> tuple[Pattern, ...]:
        """One for each name."""
        shared: dict[str, Any] = dict(self.common)
        shared |= {"kinds": tuple(self.kinds), "severity": self.severity, "critical": self.critical}
        return tuple(Pattern(**shared | own) for own in self.names or [{}])

    def read(self, sentence: Plain, others: Sequence[PartReader] = ()) -> None:
        """Reads the whole sentence; `others` are parts that belong to one order only, and come first.

        Sets `mistake` at the first part that nothing reads.
        """
        at = 0
        readers = (*others, *self._readers())
        while self.mistake is None:
            if blank := _SEPARATOR.match(sentence.low, at):
                at = blank.end()
            if at >= len(sentence.low):
                return
            end = next((end for reader in readers if (end := reader(sentence, at)) is not None), None)
            if self.mistake is not None:
                return
            if end is None:
                self.mistake = (Mistake.NOT_UNDERSTOOD, sentence.text[at:])
                return
            at = end
            if len(self.names) > MOST_NAMES:
                self.mistake = (Mistake.TOO_MANY, "")

    def _readers(self) -> tuple[PartReader, ...]:
        return (
            self._critical,
            self._of_engine,
            self._kind_of_trouble,
            self._all,
            self._of_kind,
            self._kind_after,
            self._in_place,
            self._filler,
            self._bare,
        )

    # --- parts ---

    def _critical(self, sentence: Plain, at: int) -> int | None:
        if found := CRITICAL_ONLY.match(sentence.low, at):
            self.severity = Severity.CRITICAL
        elif found := CRITICAL_JOBS.match(sentence.low, at):
            self.critical = True
        elif found := ERRORS_ONLY.match(sentence.low, at):
            self.severity = Severity.ERROR
        return found.end() if found else None

    def _kind_of_trouble(self, sentence: Plain, at: int) -> int | None:
        for words, kinds in KINDS:
            if found := words.match(sentence.low, at):
                self.kinds |= dict.fromkeys(kinds)
                return found.end()
        return None

    def _all(self, sentence: Plain, at: int) -> int | None:
        if found := ALL.match(sentence.low, at):
            self.everything = True
        return found.end() if found else None

    def _filler(self, sentence: Plain, at: int) -> int | None:
        found = FILLER.match(sentence.low, at)
        return found.end() if found else None

    def _of_kind(self, sentence: Plain, at: int) -> int | None:
        """`job PAY_POST`, `in folder /PAYROLL`, `na workstation FTA1`."""
        found = _OF_KIND.match(sentence.low, at)
        if found is None:
            return None
        kind, name = FIELDS[found["kind"]], sentence.text[slice(*found.span("name"))]
        if kind == "engine":
            return self._put_engine(name, found.end())
        if not _is_a_name(name, is_said_to_be=not found["kind"].endswith("s")):
            return None
        self._put(kind, name)
        return found.end()

    def _kind_after(self, sentence: Plain, at: int) -> int | None:
        """`PAYROLL_DAILY stream`."""
        found = _KIND_AFTER.match(sentence.low, at)
        if found is None:
            return None
        name = sentence.text[slice(*found.span("name"))]
        if not _is_a_name(name, is_said_to_be=False):
            return None
        self._put(FIELDS[found["kind"]], name)
        return found.end()

    def _put(self, kind: str, name: str) -> None:
        match kind:
            case "job":
                self.names.append(_taken_apart(name, "job"))
            case "stream":
                self.names.append(_taken_apart(name, "stream"))
            case "prompt":
                self.names.append({"name": _in_capitals(name)})
                self.kinds[TroubleKind.PROMPT_WAITING] = None
            case "workstation":
                self.common["workstation"] = _in_capitals(name)
            case _:
                self.common["folder"] = _folder(name)

    def _in_place(self, sentence: Plain, at: int) -> int | None:
        """`on PROD`, `em /PAYROLL`."""
        found = _IN_PLACE.match(sentence.low, at)
        if found is None:
            return None
        name = sentence.text[slice(*found.span("name"))]
        if name.startswith("/"):
            self.common["folder"] = _folder(name)
            return found.end()
        return self._put_engine(name, found.end())

    def _of_engine(self, sentence: Plain, at: int) -> int | None:
        """`das falhas do PROD`: of an engine that there is; anything else is read by others."""
        found = _OF_ENGINE.match(sentence.low, at)
        if found is None:
            return None
        name = sentence.text[slice(*found.span("name"))]
        return self._put_engine(name, found.end()) if self._engine(name) else None

    def _bare(self, sentence: Plain, at: int) -> int | None:
        found = _BARE.match(sentence.low, at)
        if found is None:
            return None
        name = sentence.text[slice(*found.span("name"))]
        if self._engine(name):
            return self._put_engine(name, found.end())
        is_first = not self.names and not self.common.keys() - {"engine"}
        if name.isdecimal() or not _is_a_name(name, is_said_to_be=is_first):
            return None
        self.names.append(_taken_apart(name, "name"))
        return found.end()

    def _put_engine(self, name: str, end: int) -> int | None:
        engine = self._engine(name)
        if engine is None:
            self.mistake = (Mistake.UNKNOWN_PLACE, name)
            return None
        self.common["engine"] = engine
        return end

    def _engine(self, name: str) -> str | None:
        return next((own for own in self.engines if own.casefold() == name.casefold()), None)


def _is_a_name(word: str, *, is_said_to_be: bool) -> bool:
    """Whether a word can be the name of an object; a plain word in small letters only where one is expected."""
    if not _LOOKS_LIKE_A_NAME.fullmatch(word) or (word.islower() and _says_something_else(word)):
        return False
    return is_said_to_be or _HAS_A_SIGN.search(word) is not None or not word.islower()


def _says_something_else(word: str) -> bool:
    plain = Plain.of(word).low
    others = (FILLER, ALL, *(words for words, _ in KINDS))
    return plain in _NO_NAME or plain in FIELDS or any(words.fullmatch(plain) for words in others)


def _taken_apart(word: str, kind: str) -> dict[str, str]:
    """`FTA1#/PAYROLL/DAILY(2230 11/22/26).POST` as fields of a pattern; `kind` is what its last part is."""
    path = _PATH.fullmatch(_INSTANCE.sub("", word))
    if path is None:
        return {kind: _in_capitals(word)}
    folder, own = path["folder"] or "", path["own"] or ""
    if folder == "/" and own and not path["stream"] and not path["workstation"]:
        return {"folder": _folder(word)}  # `/PAYROLL@`
    fields = {"workstation": path["workstation"] or "", "stream": path["stream"] or ""}
    if own and own not in {"@", "*"}:
        fields["job" if path["stream"] else kind] = own
    parts = {name: _in_capitals(value) for name, value in fields.items() if value}
    if folder.strip("/"):
        parts["folder"] = _folder(folder) if not parts else "/" + _in_capitals(folder).strip("/")
    return parts


def _folder(name: str) -> str:
    """The folder and all below it, unless it says otherwise by a wildcard of its own."""
    folder = "/" + _in_capitals(name).strip("/")
    return folder if any(sign in folder for sign in "@?") or folder == "/" else f"{folder}/@"


def _in_capitals(name: str) -> str:
    return name.upper().replace("*", "@")
