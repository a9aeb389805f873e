"""Propose lines from a table of what is plugged in; the settings that come out hold."""

from dataclasses import replace
from typing import Any

import pytest

from appliance import toml
from appliance.config import read
from appliance.lines.device import Answer, Finds, IsSilent, UnaskedDevice
from appliance.lines.modem.device import IsModem
from appliance.lines.monitor.device import IsMonitor
from appliance.lines.plugged.hardware import SoundCard
from appliance.link.requests.devices import MOST_PROPOSALS, IsdnCard
from appliance.model.sentences.faults import device_fault
from appliance.recorder.doctor.proposals import lacks, propose
from appliance.recorder.line.devices import Share, make_devices, shared_by_lines
from tests.clocks import ManualClock
from tests.recorder.doctor.examining import WHOLE
from tests.recorder.supplied import supplies

PORT, OTHER = "/dev/serial/by-id/usb-One", "/dev/serial/by-id/usb-Two"
LM1, WHOZZ = IsMonitor("lm1"), IsMonitor("whozz")
MODEM = IsModem(WHOLE)
HALF = IsModem(replace(WHOLE, duplex=False))
BLIND = IsModem(replace(WHOLE, voltage=None))
MUTE = IsModem(replace(WHOLE, voltage=None, caller_id=False))
THIRD = "/dev/serial/by-id/usb-Three"


def card(
    id: str = "Tap", channels: int | None = 2, *, speaks: bool = True, hears: bool = True
) -> SoundCard:
    return SoundCard(1, id, f"USB-Audio - {id}", (id,), hears, speaks, channels, 2)


TAP, MONO = card(), card(channels=1)
TE, SECOND_TE = (IsdnCard(name, terminal=True, network=False) for name in ("te.1", "te.2"))
NT = IsdnCard("nt.1", terminal=True, network=True)


def finds(
    answer: Answer | None = None, *cards: SoundCard, isdn: tuple[IsdnCard, ...] = ()
) -> Finds:
    return Finds({PORT: answer} if answer is not None else {}, (), cards, isdn)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        (finds(LM1, TAP), ["monitor_tap", "monitor_mixed"]),
        (finds(WHOZZ, MONO), ["monitor_mixed"]),
        (finds(LM1, card(channels=None)), ["monitor_mixed"]),  # the kernel does not say how many
        (finds(MODEM, TAP), ["modem_tap", "modem_mixed", "modem_alone"]),
        (finds(MODEM, MONO), ["modem_mixed", "modem_alone"]),
        (finds(MODEM), ["modem_alone"]),
        (finds(HALF), []),  # it would not hear its own question
        (finds(HALF, TAP), ["modem_tap", "modem_mixed"]),
        (finds(BLIND, TAP), []),
        (Finds({PORT: LM1, OTHER: BLIND}, (), (MONO,)), ["monitor_mixed", "monitor_mixed"]),
        (Finds({PORT: WHOZZ, OTHER: BLIND}, (), (MONO,)), ["monitor_mixed"]),  # it tells itself
        (Finds({PORT: LM1, OTHER: MUTE}, (), (MONO,)), ["monitor_mixed"]),
        (Finds({PORT: LM1, OTHER: BLIND, THIRD: BLIND}, (), (MONO,)), ["monitor_mixed"]),
        (finds(IsSilent(battery=True), TAP), ["couplers_tap", "couplers_mixed"]),
        (finds(IsSilent(), TAP), []),
        (finds(UnaskedDevice(device_fault("port_in_use", path=PORT)), TAP), []),
        (finds(LM1), []),
        (finds(None, TAP), []),
        (finds(LM1, card(speaks=False)), []),
        (finds(LM1, card(hears=False)), []),
        (finds(isdn=(TE, NT)), ["bridge"]),
        (finds(isdn=(NT, TE)), ["bridge"]),
        (finds(isdn=(TE, SECOND_TE)), ["tap"]),
        (finds(isdn=(TE,)), []),
        (finds(isdn=(TE, TE)), []),  # a setting could not tell them apart
        (finds(isdn=(NT,)), []),
        (finds(), []),
    ],
)
def test_what_is_found_makes_these_lines_the_best_first(found: Finds, kinds: list[str]) -> None:
    assert [each.kind for each in propose(found)] == kinds


def test_a_modem_that_cannot_see_the_phone_may_tell_who_calls_and_is_not_the_first_choice() -> None:
    """A number of another line would be a wrong one, and only a person knows where it hangs."""
    plain, beside = propose(Finds({PORT: LM1, OTHER: BLIND}, (), (MONO,)))
    assert plain.hook == {"driver": "monitor", "dialect": "lm1", "port": PORT}
    assert beside.hook == plain.hook | {"caller": "modem", "caller_port": OTHER}
    assert "has to hang on the same line" in beside.why.text
    assert plain.key != beside.key
    (tapped, *_) = propose(Finds({PORT: IsSilent(battery=True), OTHER: BLIND}, (), (TAP,)))[1:]
    assert (tapped.grade, tapped.hook["caller_port"]) == ("A", OTHER)


def test_whatever_is_plugged_in_the_first_is_the_best_and_there_are_few() -> None:
    cards = [card(f"Tap{number}") for number in range(20)]
    answers: dict[str, Answer] = {f"/dev/serial/by-id/{n}": MODEM for n in range(20)}
    answers[OTHER] = WHOZZ
    found = propose(Finds(answers, (), cards, (TE, NT)))
    assert len(found) == MOST_PROPOSALS
    assert found[0].kind == "monitor_tap"
    assert found[0].hook == {"driver": "monitor", "dialect": "whozz", "port": OTHER}
    assert len({each.key for each in found}) == MOST_PROPOSALS


def test_an_adapter_that_was_plugged_in_goes_before_the_computers_own_sound() -> None:
    own = SoundCard(0, "PCH", "HDA-Intel - HDA Intel PCH", ("PCH",), True, True, 2, 2)
    assert [each.audio["card"] for each in propose(finds(LM1, own, MONO))] == ["PCH", "Tap", "PCH"]
    kinds = [each.audio["card"] for each in propose(finds(LM1, own, TAP))]
    assert kinds == ["Tap", "PCH", "Tap", "PCH"]


EVERY = Finds(
    {PORT: LM1, OTHER: MODEM, "/dev/serial/by-id/couplers": IsSilent(battery=True)},
    (),
    (TAP,),
    (TE, NT),
)
TWO_EARS = Finds({}, (), (), (TE, SECOND_TE))


BESIDE = Finds({PORT: LM1, OTHER: BLIND, THIRD: IsSilent(battery=True)}, (), (TAP,))


@pytest.mark.parametrize(
    "proposal",
    [*propose(EVERY), *propose(TWO_EARS), *propose(BESIDE)],
    ids=lambda p: p.kind,
)
def test_the_settings_of_every_proposal_hold(proposal: Any) -> None:
    draft = toml.loads(read.trial_text())
    (line,) = draft["line"]
    line |= {role: getattr(proposal, role) for role in ("hook", "audio", "prompt")}
    (read_back,) = read.check(draft).lines
    assert read_back.audio.options.get("sides") == proposal.audio.get("sides")
    devices = make_devices(read_back, supplies(shared=without_cards()))
    assert devices.speaks is bool(proposal.grade)


def without_cards() -> Share:
    """Return what lines share, with sound cards of which nobody opens one."""
    shared, cards = shared_by_lines(ManualClock()), object()
    return lambda device: cards if device.driver == "sound" else shared(device)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (finds(), ["lines.buy_all"]),
        (finds(LM1), ["lines.buy_sound"]),
        (finds(HALF), ["lines.buy_sound"]),
        (finds(None, TAP), ["lines.buy_hook"]),
        (finds(BLIND, TAP), ["lines.buy_sight"]),
        (finds(BLIND), ["lines.buy_sight", "lines.buy_sound"]),
        (finds(IsSilent(), card(speaks=False)), ["lines.buy_all"]),
        (finds(isdn=(TE,)), ["lines.buy_card", "lines.buy_all"]),
        (finds(isdn=(TE, SECOND_TE)), ["lines.buy_all"]),
        (finds(isdn=(TE, NT)), []),
        (finds(LM1, TAP), []),
        (finds(MODEM), []),
        # What was not asked may be what sees the phone.
        (Finds({}, (PORT,), (TAP,)), []),
        (Finds({}, (PORT,)), ["lines.buy_sound"]),
        (Finds({OTHER: BLIND}, (PORT,), (TAP,)), []),
        (finds(UnaskedDevice(device_fault("port_in_use", path=PORT)), TAP), []),
    ],
)
def test_where_no_line_can_be_made_it_says_what_is_missing(found: Finds, said: list[str]) -> None:
    assert [each.id for each in lacks(found)] == said


def test_a_sentence_says_on_what_the_grade_depends() -> None:
    tapped, mixed = propose(finds(MODEM, TAP))[:2]
    assert "Evidence grade A if the line tap gives voltage on the left" in tapped.why.text
    assert "grade B at best" in mixed.why.text
    (bridge,) = propose(finds(isdn=(TE, NT)))
    assert "the phone behind it is dead, for emergency calls too" in bridge.why.text
    assert (bridge.hook["network"], bridge.hook["terminal"]) == ("te.1", "nt.1")
    (alone,) = propose(finds(MODEM))
    assert alone.audio["holds_line"] is True
    assert "never has evidence grade A" in alone.why.text
    (ears,) = propose(TWO_EARS)
    assert (ears.grade, "records nothing" in ears.why.text) == ("", True)
