"""How an answer names a job, a stream, and the status of either."""

import re

from resync_bot.agent.rendering.status_words import STATUS
from resync_bot.conversation.language import Language
from resync_bot.conversation.markdown import code
from resync_bot.tws.models import Job, JobStream, Status

_INSTANCE = re.compile(r"\([^()]*\)")
_REFERENCE = re.compile(r"(?:[^#]*#)?(?:/.*/|/)?(?P<stream>[^/.#]+)(?:\.(?P<job>[^/#]+))?")


def job_name(job: Job, beside: Job | None = None) -> str:
    """The job's name, with its stream where that is not the stream of the job `beside` it."""
    if beside is not None and (job.folder, job.stream) == (beside.folder, beside.stream):
        return code(job.name)
    return code(f"{job.stream}.{job.name}") if job.stream else code(job.name)


def stream_path(folder: str, name: str) -> str:
    """`/PAYROLL/PAYROLL_DAILY`; a stream of the root folder has its bare name, as operators write it."""
    return f"{folder.rstrip('/')}/{name}" if folder.strip("/") else name


def stream_name(stream: JobStream) -> str:
    """The stream with its folder."""
    return code(stream_path(stream.folder, stream.name))


def short_reference(reference: str) -> str:
    """`PAY_SWIFT.PAY_SWIFT_RELEASE` of `FTA1#/PAYMENTS/PAY_SWIFT(2015 11/22/2026).PAY_SWIFT_RELEASE`."""
    match = _REFERENCE.fullmatch(_INSTANCE.sub("", reference))
    if match is None:
        return reference
    return f"{match['stream']}.{match['job']}" if match["job"] else match["stream"]


def status_word(status: Status, language: Language) -> str:
    """The public status in the person's language."""
    return STATUS[status].in_(language)


def same_object(one: Job, other: Job) -> bool:
    """Whether both speak of the same instance. Ids stay out of evidence, so names and the schedule decide."""
    return (one.full_name, one.scheduled) == (other.full_name, other.scheduled)
