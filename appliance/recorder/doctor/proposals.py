"""Propose lines that can be made of what is plugged in; say what else a line needs.

Theory of operation. A line needs what sees the phone (a hook source) and what hears and speaks. A
device counts as what it answered, never as what its name says. Each hook source is paired with each
sound adapter, with a V/I tap where the adapter has two channels; which tap hangs on it nobody can
know, so the sentence says on what the grade depends, and the same adapter with one signal is
proposed as well.

    monitor + V/I tap > modem + V/I tap > couplers + V/I tap    grade A
    monitor + one signal > modem > couplers                     grade B at best
    ISDN bridge                                                 grade A; the phone hangs on the box
    modem alone                                                 never A; it holds the line
    ISDN tap                                                    records nothing

A bridge stands behind every analog line, for it is the only one that can take the phone with it.

A modem that cannot see the phone may tell who calls beside a monitor. Nobody can know whether it
hangs on the same line, and a number of another line would be a wrong one: the line without it is
proposed first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from appliance.lines.modem.probe import Capabilities
from appliance.lines.plugged.hardware import SoundCard
from appliance.link.requests.devices import MOST_PROPOSALS, IsdnCard, Kind, Proposal
from appliance.model.findings import Finding, find

USUAL_PINS: dict[str, str | bool] = {"off_hook": "not dcd", "ringing": "ri"}
"""Of optocouplers as the hardware page wires them."""

TAPPED = "voltage/current"

_TAKE_CALLERS = {"lm1", "optocouplers"}
"""Dialects beside which another device may tell who calls."""


@dataclass(frozen=True, slots=True)
class IsMonitor:
    """A line monitor that answered in its dialect."""

    dialect: str


@dataclass(frozen=True, slots=True)
class IsModem:
    """A modem that told what it can do."""

    can: Capabilities


@dataclass(frozen=True, slots=True)
class IsSilent:
    """A device that gave no answer that is known here."""

    battery: bool = False  # its DCD is on, as optocouplers on an idle line hold it


@dataclass(frozen=True, slots=True)
class Unasked:
    """A device that could not be asked."""

    why: str


Answer = IsMonitor | IsModem | IsSilent | Unasked


@dataclass(frozen=True, slots=True)
class Finds:
    """What is plugged in and serves no line yet."""

    answers: Mapping[str, Answer]  # stable path of a port -> what it answered
    unasked: Sequence[str] = ()  # ports that could be asked and were not
    cards: Sequence[SoundCard] = ()
    isdn: Sequence[IsdnCard] = ()


@dataclass(frozen=True, slots=True)
class _Hook:
    """A hook source: its part of the settings, and its place among the others."""

    word: str  # monitor, modem or couplers
    port: str
    settings: Mapping[str, str | bool]
    caller: str = ""  # port of a modem that tells who calls


_RANKS: Sequence[Kind] = (
    "monitor_tap", "modem_tap", "couplers_tap", "monitor_mixed", "modem_mixed", "couplers_mixed",
    "bridge", "modem_alone", "tap",
)  # fmt: skip


def propose(finds: Finds) -> tuple[Proposal, ...]:
    """Return the lines that can be made of what was found, the best first."""
    hooks = [*_hooks(finds.answers), *_with_callers(finds.answers)]
    adapters = sorted(_adapters(finds.cards), key=_adapter_rank)
    found = [
        *(_paired(hook, card, tapped) for hook in hooks for card, tapped in _taps(adapters)),
        *_isdn(finds.isdn),
        *_alone(finds.answers),
    ]
    # Sorting is stable: among equals the order of the devices stays.
    return tuple(sorted(found, key=lambda each: _RANKS.index(each.kind))[:MOST_PROPOSALS])


def lacks(finds: Finds) -> tuple[Finding, ...]:
    """Return what else a line needs, a sentence each; nothing if a line that asks can be made.

    What hangs on a port that was not asked may be what sees the phone.
    """
    if any(each.grade for each in propose(finds)):
        return ()
    blind = [port for port, can in _modems(finds.answers) if not can.sees_hook]
    unknown = any(isinstance(each, Unasked) for each in finds.answers.values())
    sees = any(_hooks(finds.answers)) or bool(finds.unasked) or unknown
    hears = bool(_adapters(finds.cards))
    said = [find("lines.buy_sight", port=port) for port in blind if not sees]
    if len(finds.isdn) == 1:
        said.append(find("lines.buy_card", card=finds.isdn[0].name))
    if not (sees or hears or blind):
        said.append(find("lines.buy_all"))
    elif not hears:
        said.append(find("lines.buy_sound"))
    elif not (sees or blind):
        said.append(find("lines.buy_hook"))
    return tuple(said)


def _modems(answers: Mapping[str, Answer]) -> Iterator[tuple[str, Capabilities]]:
    for port, answer in answers.items():
        if isinstance(answer, IsModem):
            yield port, answer.can


def _hooks(answers: Mapping[str, Answer]) -> Iterator[_Hook]:
    """Return what sees the phone, in the order of the ports."""
    for port, answer in answers.items():
        match answer:
            case IsMonitor(dialect):
                yield _Hook(
                    "monitor", port, {"driver": "monitor", "dialect": dialect, "port": port}
                )
            case IsModem(can) if can.sees_hook:
                yield _Hook("modem", port, _modem(port))
            case IsSilent(battery=True):
                couplers = _monitor(port, "optocouplers") | USUAL_PINS
                yield _Hook("couplers", port, couplers)


def _with_callers(answers: Mapping[str, Answer]) -> Iterator[_Hook]:
    """Return the monitors again that have no number of their own, with the one blind modem."""
    blind = [port for port, can in _modems(answers) if can.caller_id and not can.sees_hook]
    if len(blind) != 1:
        return
    (modem,) = blind
    for hook in _hooks(answers):
        if hook.settings.get("dialect") in _TAKE_CALLERS:
            beside = {**hook.settings, "caller": "modem", "caller_port": modem}
            yield _Hook(hook.word, hook.port, beside, modem)


def _monitor(port: str, dialect: str) -> dict[str, str | bool]:
    return {"driver": "monitor", "dialect": dialect, "port": port}


def _modem(port: str) -> dict[str, str | bool]:
    """Return a modem's settings; its profile is left to its own words at each start."""
    return {"driver": "modem", "port": port}


def _adapters(cards: Sequence[SoundCard]) -> list[SoundCard]:
    return [card for card in cards if card.hears and card.speaks]


def _adapter_rank(card: SoundCard) -> bool:
    """Put the computer's own sound behind adapters that somebody has plugged in."""
    return not card.name.startswith("USB-Audio")


def _taps(adapters: Sequence[SoundCard]) -> Iterator[tuple[SoundCard, bool]]:
    for card in adapters:
        if (card.capture or 0) >= 2:
            yield card, True
        yield card, False


def _paired(hook: _Hook, card: SoundCard, tapped: bool) -> Proposal:
    kind: Kind = f"{hook.word}_{'tap' if tapped else 'mixed'}"  # type: ignore[assignment]  # each word has both
    sound: dict[str, str | bool] = {"driver": "sound", "card": card.id}
    key, why = f"{kind} {hook.port} {card.id}", {"port": hook.port, "card": card.id}
    if hook.caller:
        with_caller = f"lines.proposal_caller_{'tap' if tapped else 'mixed'}"
        key, said = f"{key} {hook.caller}", find(with_caller, modem=hook.caller, **why)
    else:
        said = find(f"lines.proposal_{kind}", **why)
    return Proposal(
        key=key,
        kind=kind,
        grade="A" if tapped else "B",
        why=said,
        hook=dict(hook.settings),
        audio={**sound, "sides": TAPPED if tapped else "both"},
        prompt=sound,
    )


def _alone(answers: Mapping[str, Answer]) -> Iterator[Proposal]:
    """Propose a modem that can ask by itself; it holds the line, so it comes late."""
    for port, can in _modems(answers):
        if can.asks_alone:
            yield Proposal(
                key=f"modem_alone {port}",
                kind="modem_alone",
                grade="B",
                why=find("lines.proposal_modem_alone", port=port),
                hook=_modem(port),
                audio={**_modem(port), "holds_line": True},
                prompt=_modem(port),
            )


def _isdn(cards: Sequence[IsdnCard]) -> Iterator[Proposal]:
    """Propose a bridge of two cards or, where none can be the network, a tap."""
    named = {card.name: card for card in cards}.values()
    for network, terminal in permutations(named, 2):
        if network.terminal and terminal.network:
            yield _bus("bridge", network.name, terminal.name)
            return
    for network, terminal in permutations(named, 2):
        if network.terminal and terminal.terminal:
            yield _bus("tap", network.name, terminal.name)
            return


def _bus(mode: Kind, network: str, terminal: str) -> Proposal:
    return Proposal(
        key=f"{mode} {network} {terminal}",
        kind=mode,
        grade="A" if mode == "bridge" else "",
        why=find(f"lines.proposal_{mode}", network=network, terminal=terminal),
        hook={
            "driver": "isdn",
            "transport": "kernel",
            "mode": mode,
            "network": network,
            "terminal": terminal,
        },
        audio={"driver": "isdn"},
        prompt={"driver": "isdn"},
    )
