"""Test, add and remove numbers that are never recorded; there is no list of them.

The box stores short tags alone, which cannot be turned back into numbers.
"""

from appliance.link.operations import Message, Operation, Role


class ExemptState(Message, frozen=True):
    """The state of the list."""

    count: int
    listed: bool = False  # the number in question
    lent: bool = True  # the recorder has the list as it is now


class CountExempt(Operation[ExemptState], frozen=True, tag="exempt.count"):
    """Ask how many numbers are never recorded."""

    roles = frozenset({Role.PRIVACY_OFFICER})


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
