"""Compare caller IDs as heard, by us or by a peer, with those sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, AudioFrame, Sound
from appliance.model.events import CallerId
from appliance.signals.caller_id.messages import Absent, CallerIdMessage
from benchmarks.keys.scores import OURS
from benchmarks.peers.ears import Message
from benchmarks.row import Row, ratio

MESSAGES = 100
BEST = "≥ the best peer's"
_LETTERS = {Absent.WITHHELD: "P", Absent.UNAVAILABLE: "O"}


@dataclass(frozen=True, slots=True)
class Read:
    """Counts of messages read exactly, and of messages made up."""

    right: int
    wrong: int


def told(said: CallerIdMessage) -> Message:
    """Return a message as a correct hearer reports it."""
    absent = said.number_absent
    return Message(said.number or (_LETTERS[absent] if absent else ""), said.name or "")


def heard(sound: Sound, off_hook: bool) -> list[Message]:
    """Return the caller IDs that we hear."""
    hearing = LineDetectors("bench", "PL", ("both",))
    hearing.hook_changed(off_hook=off_hook)
    return [
        Message(event.number or _LETTERS[_absent(event)], event.name or "")
        for start in range(0, sound.size, FRAME)
        for event in hearing.events_in(
            AudioFrame("bench", start, sound[None, start : start + FRAME], ("both",))
        )
        if isinstance(event, CallerId)
    ]


def _absent(event: CallerId) -> Absent:
    return Absent.WITHHELD if event.withheld else Absent.UNAVAILABLE


def read_of(said: Sequence[Message], found: Sequence[Message]) -> Read:
    """Compare messages sent and read; a message counts as right as often as it was sent."""
    right = sum((Counter(said) & Counter(found)).values())
    return Read(right, len([one for one in found if one not in said]))


def compared(
    what: str, right: Mapping[str, Sequence[int]], least: Sequence[int] | None = None
) -> Row:
    """Return a row of the messages that each hearer read right, in two columns.

    We must read as many as the best peer, and ``least`` if that is given.
    """
    ours = right[OURS]
    others = {name: counts for name, counts in right.items() if name != OURS}
    said = "; ".join(f"{name} {pair(counts)}" for name, counts in others.items())
    best = [max((counts[place] for counts in others.values()), default=0) for place in (0, 1)]
    short = any(mine < peer for mine, peer in zip(ours, best, strict=True))
    against = " and ".join(ratio(mine, peer) for mine, peer in zip(ours, best, strict=True))
    return Row(
        what,
        pair(ours) + (" (a peer reads more)" if short else ""),
        BEST if least is None else f"≥ {pair(least)}",
        f"{said}; best {pair(best)} ({against})" if said else "no peer here",
        not short and all(mine >= at for mine, at in zip(ours, least or (0, 0), strict=True)),
    )


def pair(counts: Sequence[int]) -> str:
    """Return both columns."""
    return "/".join(map(str, counts))
