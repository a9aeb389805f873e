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

from collections.abc import Iterator, Sequence
from dataclasses import replace

from appliance.lines.device import CallerOffer, Finds, HookOffer, SoundOffer, UnaskedDevice
from appliance.link.requests.devices import MOST_PROPOSALS, Kind, Proposal
from appliance.model.findings import Finding, find
from appliance.recorder.drivers import DEVICES

_RANKS: Sequence[Kind] = (
    "monitor_tap", "modem_tap", "couplers_tap", "monitor_mixed", "modem_mixed", "couplers_mixed",
    "bridge", "modem_alone", "tap",
)  # fmt: skip


def propose(finds: Finds) -> tuple[Proposal, ...]:
    """Return the lines that can be made of what was found, the best first."""
    offers = [
        each for device in DEVICES if device.offers is not None for each in device.offers(finds)
    ]
    hooks = [each for each in offers if isinstance(each, HookOffer)]
    callers = [each for each in offers if isinstance(each, CallerOffer)]
    sounds = [each for each in offers if isinstance(each, SoundOffer)]
    found = [
        *(
            _paired(hook, sound)
            for hook in (*hooks, *_with_callers(hooks, callers))
            for sound in sorted(sounds, key=lambda each: each.built_in)
        ),
        *(each for each in offers if isinstance(each, Proposal)),
    ]
    # Sorting is stable: among equals the order of the devices stays.
    return tuple(sorted(found, key=lambda each: _RANKS.index(each.kind))[:MOST_PROPOSALS])


def lacks(finds: Finds) -> tuple[Finding, ...]:
    """Return what else a line needs, a sentence each; nothing if a line that asks can be made.

    What hangs on a port that was not asked may be what sees the phone.
    """
    if any(each.grade for each in propose(finds)):
        return ()
    answers = finds.answers
    blind = [port for port, each in answers.items() if each.known and not each.sees_hook]
    unknown = any(isinstance(each, UnaskedDevice) for each in answers.values())
    sees = any(each.sees_hook for each in answers.values()) or bool(finds.unasked) or unknown
    hears = any(card.hears and card.speaks for card in finds.cards)
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


def _with_callers(
    hooks: Sequence[HookOffer], callers: Sequence[CallerOffer]
) -> Iterator[HookOffer]:
    """Return the hooks again that have no number of their own, with the one that tells it."""
    if len(callers) != 1:
        return
    (caller,) = callers
    for hook in hooks:
        if hook.takes_caller:
            beside = {**hook.settings, "caller": caller.driver, "caller_port": caller.port}
            yield replace(hook, settings=beside, caller=caller.port)


def _paired(hook: HookOffer, sound: SoundOffer) -> Proposal:
    how = "tap" if sound.tapped else "mixed"
    kind: Kind = f"{hook.word}_{how}"  # type: ignore[assignment]  # each word has both
    key, why = f"{kind} {hook.port} {sound.card}", {"port": hook.port, "card": sound.card}
    if hook.caller:
        key = f"{key} {hook.caller}"
        said = find(f"lines.proposal_caller_{how}", modem=hook.caller, **why)
    else:
        said = find(f"lines.proposal_{kind}", **why)
    return Proposal(
        key=key,
        kind=kind,
        grade="A" if sound.tapped else "B",
        why=said,
        hook=dict(hook.settings),
        audio=sound.audio,
        prompt=sound.prompt,
    )
