"""List, test, add and remove numbers that are never recorded.

What the recorder knows of them is short tags, which cannot be turned back into numbers. The list
that people see is sealed to the office's reading key.
"""

from typing import Literal

from appliance.link.operations import Message, Operation, Role


class ExemptState(Message, frozen=True):
    """The state of the list."""

    count: int
    listed: bool = False  # the number in question
    lent: bool = True  # the recorder has the list as it is now
    already: bool = False  # the number to be added was listed before


class CountExempt(Operation[ExemptState], frozen=True, tag="exempt.count"):
    """Ask how many numbers are never recorded."""

    roles = frozenset({Role.PRIVACY_OFFICER})


class ExemptNumber(Message, frozen=True):
    """A number that is never recorded."""

    number: str  # +48221234567; empty if it cannot be read
    author: str  # who put it there: an operator's id
    at: float  # UTC


class ExemptPage(Message, frozen=True):
    """One page of the list."""

    numbers: tuple[ExemptNumber, ...]
    total: int  # that match
    page: int
    pages: int
    hidden: int = 0  # on the list, but kept as tags alone: they can be tested, not shown


class ListExempt(Operation[ExemptPage], frozen=True, tag="exempt.list"):
    """Read the list, or the numbers that hold some digits; the audit says so once a session."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exempt_listed"
    audited = "once"
    text: str = ""  # a number in any spelling, or some of its digits
    page: int = 1
    per_page: int = 25
    order: Literal["number", "newest"] = "number"


class IsExempt(Operation[ExemptState], frozen=True, tag="exempt.is"):
    """Ask whether a number, in any spelling, is never recorded."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    number: str


class AddExempt(Operation[ExemptState], frozen=True, tag="exempt.add"):
    """Never record a number again, from its next call on."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exempt_added"
    number: str


class RemoveExempt(Operation[ExemptState], frozen=True, tag="exempt.remove"):
    """Ask callers of this number again, as any other."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exempt_removed"
    number: str
