"""Numbers that are never recorded: tested, added and removed one by one, never listed.

The box keeps only short tags of them, which cannot be turned back into numbers.
"""

from msgspec import Struct

from appliance.link.operations import Operation, Role


class ExemptState(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be told of the list."""

    count: int
    listed: bool = False  # the number that was asked for
    lent: bool = True  # the recorder has the list as it is now


class CountExempt(Operation[ExemptState], frozen=True, tag="exempt.count"):
    """Ask how many numbers are never recorded."""

    roles = frozenset({Role.PRIVACY_OFFICER})


class IsExempt(Operation[ExemptState], frozen=True, tag="exempt.is"):
    """Ask whether a number, in any spelling, is never recorded."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    number: str


class AddExempt(Operation[ExemptState], frozen=True, tag="exempt.add"):
    """Record a number never again; counts from its next call on."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exempt_added"
    number: str


class RemoveExempt(Operation[ExemptState], frozen=True, tag="exempt.remove"):
    """Let a number be asked like any other."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exempt_removed"
    number: str
