"""Define the believed time, as the ledger keeps it."""

from msgspec import Struct, field


class Belief(Struct, frozen=True, forbid_unknown_fields=True):
    """The believed time at one moment of one boot: it is not earlier than that."""

    at: float = field(name="wall")  # UTC
    boot: str
    uptime: float  # seconds since that boot (CLOCK_BOOTTIME)
    chip: str = ""  # which clock chip, on which board
    rtc: float | None = None  # that chip's reading at this moment, UTC
    witness: bool = True  # False: the chip was set; it counts again once a person confirms
    by_chip: bool = False  # the chip counted the time before this boot, or a person beside it
    agrees: bool = False  # the wall clock agrees with it
    agreed: bool = False  # or did so in this boot
    exact: bool = False  # no time without power is missing in it
    lost: bool = False  # the ledger was lost: a person has to confirm
    taken: float = 0.0  # seconds taken in this boot on the wall clock's word alone
    unproved: float = 0.0  # and in all since a chip or a person last agreed
    counted: float = 0.0  # seconds that boot time and chip have counted in all


class Swept(Struct, frozen=True, forbid_unknown_fields=True):
    """The last sweep that nobody had to be asked about."""

    counted: float  # of the belief at that moment
    day: int  # what was due before this day is gone
    asks: bool = False  # a later one waits for an administrator, however long that takes


class BootStart(Struct, frozen=True, array_like=True):
    """The beginning of a boot, as far as it is known."""

    at: float  # UTC: it began no earlier
    exact: bool = False  # and no later
    late: float = 0.0  # seconds by which it may have begun later
    settled: bool = False  # the wall clock or a person has agreed: ``late`` grows no more


MOST_BOOTS = 100
"""Boots that are kept; a recording is dated within hours of being taken up."""


def starts_after(
    starts: dict[str, BootStart], before: Belief | None, belief: Belief
) -> dict[str, BootStart]:
    """Return when each boot began, now that a belief follows another one.

    What the time moved on without being counted was time without power before the boots in which no
    wall clock agreed: they may have begun later by as much.
    """
    counted = belief.counted - before.counted if before is not None else 0.0
    jump = belief.at - before.at - counted if before is not None else 0.0
    confirmed = belief.exact and not (before is not None and before.exact)
    moved = {
        boot: start
        if start.exact or start.settled
        else BootStart(start.at, late=start.late + max(jump, 0.0), settled=confirmed)
        for boot, start in starts.items()
    }
    moved[belief.boot] = BootStart(
        belief.at - belief.uptime, exact=belief.exact, settled=belief.agrees
    )
    return dict(sorted(moved.items(), key=lambda item: item[1].at)[-MOST_BOOTS:])
