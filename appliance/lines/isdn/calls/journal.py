"""Gather the facts of each call into one entry, for a list that people read."""

from dataclasses import dataclass, replace

from appliance.lines.isdn.calls import facts
from appliance.lines.isdn.calls.facts import Began, Clearing, EndSign, Fact, Party


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What became of one call."""

    began: Began
    dialled: str = ""  # by the office, or behind what the SETUP of an incoming call has
    channel: int | None = None
    tei: int | None = None  # of the office's terminal
    rang: tuple[int, ...] = ()  # TEIs
    alerting_us: int | None = None
    connected_us: int | None = None
    connected: Party | None = None
    holds: int = 0
    clearing: Clearing | None = None
    ended_us: int | None = None
    ending: EndSign | None = None

    @property
    def ringing_seconds(self) -> float | None:
        """Return how long phones rang; None if none did, or the end is not known."""
        clearing_us = None if self.clearing is None else self.clearing.at_us
        until = next((us for us in (self.connected_us, clearing_us, self.ended_us) if us), None)
        return _seconds(self.alerting_us, until)

    @property
    def talk_seconds(self) -> float | None:
        """Return how long the call was connected; None if it was not, or goes on."""
        until = self.ended_us if self.clearing is None else self.clearing.at_us
        return _seconds(self.connected_us, until)


class Journal:
    """The calls of a D-channel in the order in which they began."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: dict[int, JournalEntry] = {}

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """Return what is known of each call."""
        return tuple(self._entries.values())

    def follow(self, fact: Fact) -> None:
        """Take note of a fact."""
        if isinstance(fact, Began):
            self._entries[fact.call] = JournalEntry(
                fact, channel=fact.channel, tei=None if fact.incoming else fact.tei
            )
        elif fact.call in self._entries:
            self._entries[fact.call] = _with(self._entries[fact.call], fact)


def _with(entry: JournalEntry, fact: Fact) -> JournalEntry:
    match fact:
        case facts.DialledDigits():
            return replace(entry, dialled=entry.dialled + fact.keys)
        case facts.Alerting():
            first = fact.at_us if entry.alerting_us is None else entry.alerting_us
            return replace(entry, alerting_us=first, rang=(*entry.rang, fact.tei))
        case facts.Connected():
            return replace(
                entry,
                connected_us=fact.at_us,
                connected=fact.connected,
                tei=fact.tei,
                channel=fact.channel,
            )
        case Clearing():
            return replace(entry, clearing=fact)
        case facts.Ended():
            return replace(entry, ended_us=fact.at_us, ending=fact.ending)
        case _:
            return _moved(entry, fact)


def _moved(entry: JournalEntry, fact: Fact) -> JournalEntry:
    match fact:
        case facts.ChannelChosen():
            return replace(entry, channel=fact.channel)
        case facts.Held():
            return replace(entry, holds=entry.holds + 1)
        case facts.Retrieved():
            return replace(entry, channel=fact.channel)
        case facts.Resumed():
            return replace(entry, channel=fact.channel, tei=fact.tei)
        case _:
            return entry


def _seconds(start_us: int | None, end_us: int | None) -> float | None:
    return None if start_us is None or end_us is None else (end_us - start_us) / 1_000_000
