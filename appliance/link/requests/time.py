"""Confirm the box's time, and agree to a sweep that waits for it, as an administrator."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret

Waits = Literal["", "first", "wait", "ask", "sweep"]
"""What keeps recordings from being erased by themselves on their day: the time was never confirmed,
the power was off for nobody knows how long, the clock differs, a sweep waits; empty: nothing."""


class DueDay(Message, frozen=True):
    """The recordings whose retention ends on one day, those that silent holds keep among them."""

    day: int  # the last on which they may exist, in days since 1970-01-01
    recordings: int
    kept: int = 0  # of these, by a silent hold: they stay


class TimeState(Message, frozen=True):
    """The times that the box knows, and what it asks."""

    question: Literal["none", "ask", "wait", "first"]
    counted: float | None  # UTC: what is believed; None before the first confirmation
    clock: float | None  # UTC: the wall clock; None if nobody has set it
    chip: float | None  # UTC: the clock chip; None if there is none, or its battery is empty
    chip_set: bool  # the chip was set, so it does not count until the time is confirmed
    uptime: float  # seconds since the boot, at this moment
    due: tuple[DueDay, ...] = ()  # a sweep that waits; the earliest day first

    @property
    def amiss(self) -> bool:
        """Say whether something waits for an administrator."""
        return self.question != "none" or bool(self.due)


class GetTime(Operation[TimeState], frozen=True, tag="time.get"):
    """Ask what time the box believes, and whether an administrator has to decide."""

    roles = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})


class ConfirmTime(Operation[Done], frozen=True, tag="time.confirm"):
    """Confirm a time; retention goes by it from now on, even if it is earlier than before.

    The time belongs to the moment in which the person saw it: if the clock is moved between seeing
    and confirming, what was seen counts.
    """

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "clock_confirmed"
    audited = "inside"  # once the password is proved
    at: float  # UTC
    uptime: float  # seconds since the boot at which it was seen
    password: Secret  # the administrator's own


class AllowErasure(Operation[Done], frozen=True, tag="time.allow_erasure"):
    """Agree to a sweep that waits, as it was shown."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "erasure_allowed"
    audited = "inside"  # once the password is proved
    through: int  # the latest day shown
    recordings: int  # how many were shown
    password: Secret  # the administrator's own
