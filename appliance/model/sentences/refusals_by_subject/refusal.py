"""Define what is said of a refusal: how it is to be taken, a heading and a sentence."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial


class Level(Enum):
    """How a refusal is to be taken; the panel maps it to a status, a command to its exit code."""

    WRONG = auto()  # what was sent cannot be used: correct it
    LOGIN = auto()  # log in first
    FORBIDDEN = auto()  # not for this person
    MISSING = auto()  # there is no such thing
    GONE = auto()  # there was, and it was erased
    STATE = auto()  # not as things stand: change something else first
    CHECK = auto()  # the recording or backup itself is the reason
    BUSY = auto()  # wait, then try again
    AWAY = auto()  # locked, or a service does not run
    FAILED = auto()  # it was tried


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said of a code.

    ``%(name)s`` in the sentence stands for a value of the refusal, ``%(seconds)s`` for its wait.
    """

    level: Level
    heading: str
    sentence: str
    quotes: str = ""
    """The value that quotes a device or the system in its own words, shown behind the sentence."""


wrong = partial(Refusal, Level.WRONG)
login = partial(Refusal, Level.LOGIN)
forbidden = partial(Refusal, Level.FORBIDDEN)
missing = partial(Refusal, Level.MISSING)
gone = partial(Refusal, Level.GONE)
state = partial(Refusal, Level.STATE)
check = partial(Refusal, Level.CHECK)
busy = partial(Refusal, Level.BUSY)
away = partial(Refusal, Level.AWAY)
failed = partial(Refusal, Level.FAILED)
