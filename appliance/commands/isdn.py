"""Run ``zgoda isdn``: the calls in a capture of an ISDN line's D-channel."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from appliance.commands.helpers.options import print_json
from appliance.errors import FileFormatError
from appliance.lines.isdn.calls import facts
from appliance.lines.isdn.calls.facts import Fact, Party
from appliance.lines.isdn.calls.journal import Journal, JournalEntry
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.captures.capture import frames_of, write
from appliance.lines.isdn.captures.discreet import without_withheld
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.services import Service

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ENDINGS = {
    facts.EndSign.RELEASED: "",
    facts.EndSign.NO_RESPONSE: "no response",
    facts.EndSign.RESTARTED: "ended by a restart of the channel",
    facts.EndSign.LINK_LOST: "ended with the terminal's data link",
    facts.EndSign.TERMINAL_GONE: "ended: the terminal lost its address",
    facts.EndSign.UNSEEN: "its end was not captured",
}


@click.command(
    short_help="Print the calls in a capture of an ISDN line.",
    epilog="\b\nExample: zgoda isdn office.pcap\n"
    '{"at":10.16,"event":"call","call":1,"direction":"incoming","number":"221234567",…}\n'
    "\b\nA list for people:\nzgoda isdn office.eyesdn --calls\n"
    "\b\nA capture to hand on, without withheld numbers:\n"
    "zgoda isdn office.eyesdn --save office.pcap",
)
@click.argument("capture", type=click.Path(path_type=Path))
@click.option(
    "--calls", "as_list", is_flag=True, help="Print a list of the calls in place of their events."
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the frames to a new file: EyeSDN if its name ends in .eyesdn, else pcap. "
    "Withheld numbers, and frames that cannot be read, are left out.",
)
def command(capture: Path, as_list: bool, save: Path | None) -> None:
    """Print the events of the calls in a capture, one JSON object a line.

    The capture is of the D-channel: pcap or pcapng of LAPD (link type 203 or 177), or EyeSDN. The
    command prints who calls whom, on which channel and terminal, when it is answered and why it
    ends. A number that its owner withholds is not printed, even where the capture has it.

    "at" counts seconds from the first frame. A capture that breaks off is read up to the break.
    """
    tracker, journal = CallTracker(), Journal()
    broken: FileFormatError | None = None
    try:
        for at, fact in _followed(capture, tracker):
            journal.follow(fact) if as_list else print_json(as_printed(at, fact))
    except FileFormatError as error:
        broken = error
    for entry in journal.entries:
        click.echo("\n".join(_lines(entry)))
    if save is not None and tracker.frames_seen:
        write(save, without_withheld(_up_to_a_break(capture)))
    for hint in () if broken else _hints(capture, tracker):
        click.echo(hint, err=True)
    if broken is not None:
        raise broken


def _followed(capture: Path, tracker: CallTracker) -> Iterator[tuple[float, Fact]]:
    """Yield the facts of a capture and their seconds since its first frame."""
    first: int | None = None
    for frame in frames_of(capture):
        first = frame.at_us if first is None else first
        for fact in tracker.take(frame):
            yield max(0, fact.at_us - first) / 1_000_000, fact


def _up_to_a_break(capture: Path) -> Iterator[DFrame]:
    """Yield the frames of a capture once more; that it breaks off is said elsewhere."""
    with suppress(FileFormatError):
        yield from frames_of(capture)


def _hints(capture: Path, tracker: CallTracker) -> Iterator[str]:
    if tracker.unread:
        yield f"Frames that are none of LAPD: {tracker.unread}."
    if not tracker.calls_seen:
        yield f"No call is in {capture}."


# -- for programs ----------------------------------------------------------------------------------


def as_printed(at: float, fact: Fact) -> dict[str, Any]:
    """Return a fact as it is printed for programs."""
    word, fields = _PRINTED[type(fact)]
    return {"at": round(at, 6), "event": word, "call": fact.call, **fields(fact)}


def _began(fact: facts.Began) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "began": _iso(fact.at_us),
        "direction": "incoming" if fact.incoming else "outgoing",
        "service": fact.service.value,
    }
    if fact.incoming and not fact.partial:
        printed |= {**_party(fact.caller), "name": fact.caller.name, "called": fact.called or None}
    if fact.redirecting is not None:
        printed["diverted_by"] = _party(fact.redirecting)
    return printed | {"channel": fact.channel, "terminal": fact.tei, "partial": fact.partial}


def _iso(at_us: int) -> str | None:
    """Return a time as ISO 8601; None where no calendar has it."""
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).isoformat()
    except OverflowError:
        return None


def _party(party: Party) -> dict[str, Any]:
    """Keep a number that its owner withholds apart from one that the network does not have."""
    return {
        "number": party.number,
        "withheld": party.withheld,
        "unavailable": party.number is None and not party.withheld,
    }


def _connected(fact: facts.Connected) -> dict[str, Any]:
    who = {} if fact.connected is None else _party(fact.connected)
    return {"channel": fact.channel, "terminal": fact.tei, **who}


def _clearing(fact: facts.Clearing) -> dict[str, Any]:
    cause = {} if fact.cause is None else _cause(fact.cause)
    return {"by": "network" if fact.by_network else "office", "terminal": fact.tei, **cause}


def _cause(cause: Cause) -> dict[str, Any]:
    return {"cause": cause.value, "cause_name": cause.name, "location": cause.where}


_PRINTED: Mapping[type[Fact], tuple[str, Callable[[Any], dict[str, Any]]]] = {
    facts.Began: ("call", _began),
    facts.DialledDigits: ("dialled", lambda fact: {"keys": fact.keys, "complete": fact.complete}),
    facts.ChannelChosen: ("channel", lambda fact: {"channel": fact.channel}),
    facts.Alerting: ("alerting", lambda fact: {"terminal": fact.tei}),
    facts.Connected: ("connected", _connected),
    facts.Held: ("held", lambda _: {}),
    facts.Retrieved: ("retrieved", lambda fact: {"channel": fact.channel}),
    facts.Suspended: ("suspended", lambda _: {}),
    facts.Resumed: ("resumed", lambda f: {"channel": f.channel, "terminal": f.tei}),
    facts.PartyMayChange: ("party_may_change", lambda fact: {"sign": fact.sign.value}),
    facts.Clearing: ("clearing", _clearing),
    facts.Ended: ("ended", lambda fact: {"how": fact.ending.value}),
}


# -- for people ------------------------------------------------------------------------------------


def _lines(entry: JournalEntry) -> Iterator[str]:
    """Yield a call as two lines: who and when, then what became of it."""
    began = entry.began
    direction = "incoming" if began.incoming else "outgoing"
    yield f"{began.call:3}  {_local(began.at_us)}  {direction}  {_who(entry)}"
    yield f"     {', '.join(_became(entry))}"


def _local(at_us: int) -> str:
    """Return a time in words; some captures have none that a calendar has."""
    try:
        at = (_EPOCH + timedelta(microseconds=at_us)).astimezone()
    except (OverflowError, ValueError, OSError):
        return "no readable time"
    return at.strftime("%Y-%m-%d %H:%M:%S %Z")


def _who(entry: JournalEntry) -> str:
    began = entry.began
    if began.partial:
        return "number not captured"
    if not began.incoming:
        answered = f", answered by {_named(entry.connected)}" if entry.connected else ""
        return f"to {entry.dialled or 'nobody'}{answered}"
    called = began.called + entry.dialled
    to = f" to {called}" if called else ""
    diverted = f", diverted by {_named(began.redirecting)}" if began.redirecting else ""
    return f"from {_named(began.caller)}{to}{diverted}"


def _named(party: Party) -> str:
    number = party.number or ("a withheld number" if party.withheld else "an unknown number")
    return f"{number} ({party.name})" if party.name else number


def _became(entry: JournalEntry) -> Iterator[str]:
    yield from _where(entry)
    if entry.ringing_seconds is not None:
        yield f"rang {entry.ringing_seconds:.1f} s"
    if entry.talk_seconds is not None:
        yield f"connected {entry.talk_seconds:.1f} s"
    if entry.holds:
        yield f"held {entry.holds}×"
    if entry.clearing is not None:
        yield _why(entry.clearing)
    if entry.ending is None:
        yield "goes on at the end of the capture"
    elif _ENDINGS[entry.ending]:
        yield _ENDINGS[entry.ending]


def _where(entry: JournalEntry) -> Iterator[str]:
    if entry.began.service is not Service.VOICE:
        yield f"{entry.began.service.value} service"
    yield "no channel" if entry.channel is None else f"channel {entry.channel}"
    known = entry.began.tei if entry.tei is None else entry.tei
    terminals = entry.rang if known is None else (known,)
    if terminals:
        yield f"TEI {' '.join(map(str, terminals))}"


def _why(clearing: facts.Clearing) -> str:
    by = "network" if clearing.by_network else "office"
    if clearing.cause is None:
        return f"cleared by the {by}"
    cause = clearing.cause
    return f"cleared by the {by}: {cause.value} {cause.name} ({cause.where})"
