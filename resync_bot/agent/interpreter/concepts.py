"""What words can mean: the vocabulary of the interpreter's grammar, free of any language."""

from enum import Enum, auto
from typing import Final


class Concept(Enum):
    """One meaning. Several words of both languages share it."""

    # questions
    WHY = auto()
    HAPPENED = auto()
    HOW_MANY = auto()
    HOW_IS = auto()
    STATUS_WORD = auto()
    SHOW = auto()
    FIND = auto()
    RETURN_CODE = auto()
    PRIORITY = auto()
    DEFINITION = auto()
    ELSEWHERE = auto()
    WHAT = auto()
    # objects
    JOB = auto()
    JOBS = auto()
    STREAM = auto()
    STREAMS = auto()
    WORKSTATION = auto()
    WORKSTATIONS = auto()
    FOLDER = auto()
    PROMPT = auto()
    RESOURCE = auto()
    PLAN = auto()
    LOG = auto()
    LINES = auto()
    # states
    FAILED = auto()
    ERRORS = auto()
    RUNNING = auto()
    WAITING = auto()
    HELD = auto()
    READY = auto()
    SUCCESSFUL = auto()
    ENDED = auto()
    CANCELED = auto()
    STUCK = auto()
    BLOCKED = auto()
    STOPPED = auto()
    LATE = auto()
    START = auto()
    REMAINING = auto()
    # relations
    BLOCK = auto()
    BLOCKED_BY = auto()
    IMPACT = auto()
    DEPEND = auto()
    PREDECESSORS = auto()
    FILE = auto()
    TIME_TO_START = auto()
    CONFIRMATION = auto()
    # workstations, prompts, resources, critical jobs
    DOWN = auto()
    UNLINKED = auto()
    LINKED = auto()
    LIMIT = auto()
    FENCE = auto()
    OPEN = auto()
    IN_USE = auto()
    CRITICAL = auto()
    AT_RISK = auto()
    DEADLINE = auto()
    # time
    TODAY = auto()
    NOW = auto()
    LAST_NIGHT = auto()
    TONIGHT = auto()
    SMALL_HOURS = auto()
    MORNING = auto()
    YESTERDAY = auto()
    LAST_HOUR = auto()
    HOURS = auto()
    MINUTES = auto()
    SINCE = auto()
    UNTIL = auto()
    BETWEEN = auto()
    FUTURE = auto()
    TOMORROW = auto()
    HISTORY = auto()
    USUAL = auto()
    COMPARE = auto()
    CHANGED = auto()
    HOW_OFTEN = auto()
    RECOVERS = auto()
    WHAT_TIME = auto()
    # order and amount
    LONGEST = auto()
    BY_DURATION = auto()
    LAST = auto()
    FIRST = auto()
    ALL = auto()
    ONLY = auto()
    BY_STATUS = auto()
    # references
    IT = auto()
    ONE = auto()
    SECOND = auto()
    THIRD = auto()
    FOURTH = auto()
    FIFTH = auto()
    LIST_NUMBER = auto()
    # structure
    IN = auto()
    ON = auto()
    OF = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    EXCEPT = auto()
    POLITE = auto()
    FILLER = auto()
    NAMED = auto()
    # changes
    CHANGE = auto()
    CHANGE_IF_FIRST = auto()
    # not words: what a rule may ask for besides
    CONMAN_STATE = auto()  # a state in conman's own word
    ANYTHING = auto()
    # social
    HELP = auto()
    HELLO = auto()
    THANKS = auto()
    YES = auto()


STATES: Final = (
    Concept.FAILED,
    Concept.ERRORS,
    Concept.RUNNING,
    Concept.WAITING,
    Concept.HELD,
    Concept.READY,
    Concept.SUCCESSFUL,
    Concept.ENDED,
    Concept.CANCELED,
    Concept.STUCK,
    Concept.BLOCKED,
    Concept.STOPPED,
    Concept.LATE,
    Concept.START,
    Concept.REMAINING,
)
# States of a job that has not started.
NOT_STARTING: Final = (
    Concept.WAITING,
    Concept.HELD,
    Concept.READY,
    Concept.BLOCKED,
    Concept.LATE,
    Concept.START,
)
