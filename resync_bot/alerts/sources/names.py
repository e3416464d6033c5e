"""Names of jobs as operators and events write them, taken apart. Pure."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Self

from pydantic import AfterValidator, StringConstraints

# A workstation has 16 characters, a stream 16, a job 40, a path of folders 800 (User's Guide, checked 2026-11-23).
# Z names may have the national characters # @ $ of the mainframe.
LONGEST_PATH: Final = 900
_SCANNED: Final = 4000  # characters of a text in which a job is looked for: a bound for the search below
_FOLDERS: Final = r"(?:/[\w-]{1,64})*/"
_NAME: Final = re.compile(rf"(?P<folder>{_FOLDERS})?(?P<name>[\w$@#-]{{1,40}})")

# As conman and the job log write a job: workstation, stream with its folders and time, job.
_CONMAN_JOB: Final = re.compile(
    rf"(?<![\w/-])(?P<workstation>(?:{_FOLDERS})?[\w-]{{1,16}})"
    rf"#(?P<stream>(?:{_FOLDERS})?[\w-]{{1,16}})(?:[(\[][\w\s/:,()-]{{1,80}}[)\]])?"
    r"\.(?P<job>[\w-]{1,40})"
)
_KEYED: Final = re.compile(
    r"(?<!\w)(?P<key>JobStreamWorkstation|JobStreamName|JobName|Workstation)"
    r"[ \t]{0,4}[=:][ \t]{0,4}\"?(?P<value>[\w/$@#-]{1,900})"
)


def _is_a_name(text: str) -> str:
    if text and not _NAME.fullmatch(text):
        raise ValueError("is not a name that an object of the plan can have")
    return text


# The name of an object of the plan with its folder, or nothing.
Named = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_PATH), AfterValidator(_is_a_name)]


def _is_given(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


Required = Annotated[Named, AfterValidator(_is_given)]


@dataclass(frozen=True, slots=True)
class JobName:
    """A job by its names; those that are not known are empty."""

    job: str
    stream: str = ""
    folder: str = ""  # of the stream, without a slash at its end: /EU/PAYROLL; empty also for the root
    stream_workstation: str = ""
    workstation: str = ""  # where it runs

    @classmethod
    def of(cls, job: str, *, stream: str = "", stream_workstation: str = "", workstation: str = "") -> Self:
        """Takes the folder off the stream; the job's own is that of its definition, and of no use in the plan."""
        folder, name = _apart(stream)
        return cls(_apart(job)[1], name, folder, stream_workstation, workstation)


def job_in(text: str) -> JobName | None:
    """The first job that a text names: by the keys of an event (`JobName=...`), or as conman writes it."""
    scanned = text[:_SCANNED]
    keyed = {found["key"]: found["value"] for found in reversed(list(_KEYED.finditer(scanned)))}
    if job := keyed.get("JobName"):
        return JobName.of(
            job,
            stream=keyed.get("JobStreamName", ""),
            stream_workstation=keyed.get("JobStreamWorkstation", ""),
            workstation=keyed.get("Workstation", ""),
        )
    if found := _CONMAN_JOB.search(scanned):
        return JobName.of(found["job"], stream=found["stream"], stream_workstation=found["workstation"])
    return None


def _apart(name: str) -> tuple[str, str]:
    folder, _, last = name.rpartition("/")
    return folder, last
