"""mISDN and L1oIP carry an ISDN call from SETUP to RELEASE into a sealed recording."""

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import numpy as np
import pytest
import soundfile

from appliance.config.read import load
from appliance.exchange.isdn.messages import BusFrame, Link
from appliance.lines.isdn import af_isdn, lapd
from appliance.lines.isdn.q931 import message
from appliance.lines.isdn.q931.message import MessageType
from appliance.model.audio import RATE
from appliance.model.records import CallRecord, Verdict
from appliance.prompts.library import Library
from appliance.signals.pcm import Wave
from tests.rig.calls import NUMBER, short_call
from tests.rig.hearing import ALIKE, voices_in
from tests.vm.box import UnitBox
from tests.vm.far.bus import FAR_NETWORK, FAR_PHONE, KernelBus
from tests.vm.office import CALL_SECONDS, Office
from tests.vm.prepare import CONFIG, NETWORK, TERMINAL

pytestmark = pytest.mark.vm

CARDS = (FAR_NETWORK, NETWORK, TERMINAL, FAR_PHONE)
BACK_SECONDS = 10.0
_RECORDED_SECONDS = 2.5

Property = Callable[[str, object], None]


@pytest.fixture(scope="module")
def joined() -> None:
    """Load the kernel's ISDN: four S0 interfaces, two cables."""
    here = ",".join(["127,0,0,1"] * len(CARDS))
    ports = ("port=931,932,933,934", "remoteport=932,931,934,933")
    kinds = ("type=1,1,1,1", "codec=0,0,0,0", f"ip={here}")
    subprocess.run(["modprobe", "l1oip", *kinds, *ports], check=True)


@dataclass
class Isdn:
    """The box on an ISDN line, and what is at the line's ends."""

    box: UnitBox
    bus: KernelBus

    def comes_to(self, state: str, since: int) -> None:
        """Wait until the line is in a state."""
        self.box.news.wait_state(state, CALL_SECONDS, since)

    def finish(self, since: int) -> CallRecord:
        """Wait until the call's recording is sealed; return what the keeper knows of it."""
        sealed = self.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, since)
        (call,) = (call for call in self.box.calls() if call.recording == sealed.recording)
        return call


@dataclass
class IsdnCall:
    """A whole consented call."""

    record: CallRecord
    sound: Wave  # [2, samples]: the caller, the office
    states: list[str]
    heard: list[str]  # of the box, by the caller
    messages: list[tuple[bool, MessageType | int]]  # from the network?; as they came out of the box


@pytest.fixture(scope="module")
def isdn(joined: None, office: Office) -> Iterator[Isdn]:
    """The box on the ISDN line, once in a boot; its analog line ends here."""
    office.line.close()
    box = office.box
    box.use("isdn", "isdn-kernel.conf")
    config = load(CONFIG)
    bus = KernelBus(Library(config.vault.prompts).prompts(config, config.lines[0]).values())
    bus.start()
    box.wait_ready()
    yield Isdn(box, bus)
    bus.close()


@pytest.fixture(scope="module")
def call(isdn: Isdn) -> IsdnCall:
    """A whole consented call."""
    place = isdn.box.news.place()
    isdn.bus.far_end.place(short_call("1", longer=2.0, rings=2))
    record = isdn.finish(place)
    assert isdn.bus.far_end.wait_over(CALL_SECONDS)
    raw = isdn.box.export(record.recording)
    sound, rate = soundfile.read(io.BytesIO(raw), dtype="float64", always_2d=True)
    assert rate == RATE
    heard = [what for _, what in isdn.bus.far_end.heard]
    return IsdnCall(record, sound.T * 32768, isdn.box.news.states(place), heard, messages(isdn.bus))


def messages(bus: KernelBus) -> list[tuple[bool, MessageType | int]]:
    """Return the Q.931 messages that the box has forwarded, and whose they were."""
    found: list[tuple[bool, MessageType | int]] = []
    for frame in bus.forwarded:
        information = getattr(lapd.decode(frame.data), "information", b"")
        told = message.decode(information) if information else None
        if told is not None:
            found.append((frame.from_network, told.type))
    return found


def test_the_kernel_has_four_isdn_interfaces(joined: None) -> None:
    cards = {card.name: card for card in af_isdn.list_cards()}

    assert set(cards) == set(CARDS)
    assert all(card.terminal and card.network and card.channels == 2 for card in cards.values())


def test_the_box_forwards_the_link_between_network_and_phone(isdn: Isdn) -> None:
    established = Link().establish()

    assert [BusFrame(f.from_network, f.data) for f in isdn.bus.forwarded[:2]] == established


def test_every_message_from_setup_to_release_goes_through_the_box(
    isdn: Isdn, call: IsdnCall
) -> None:
    kinds = MessageType

    assert isdn.bus.lost == []
    assert call.messages == [
        (True, kinds.SETUP),
        (False, kinds.ALERTING),
        (False, kinds.CONNECT),
        (True, kinds.CONNECT_ACKNOWLEDGE),
        (True, kinds.DISCONNECT),  # the caller hangs up
        (False, kinds.RELEASE),
        (True, kinds.RELEASE_COMPLETE),
    ]


def test_the_caller_hears_the_question_and_agrees_with_a_key(call: IsdnCall) -> None:
    assert call.heard[:2] == ["question", "confirmation"]
    assert call.record.receipt is not None
    assert (call.record.receipt.key, call.record.receipt.side) == ("1", "far")
    assert call.record.receipt.grade == "A"


def test_the_number_of_the_setup_message_is_the_calls(call: IsdnCall) -> None:
    assert call.record.meta.number == NUMBER


def test_the_recording_is_sealed_whole_with_two_channels(call: IsdnCall) -> None:
    assert call.record.meta.sides == ("far", "near")
    assert (call.record.ended, call.record.verdict) == ("hung_up", Verdict.COMPLETE)
    assert call.sound.shape[0] == 2


def test_each_party_is_heard_in_its_own_channel_alone(call: IsdnCall) -> None:
    far, near = map(voices_in, call.sound)

    assert far.caller >= ALIKE
    assert near.office >= ALIKE
    assert max(far.office, near.caller) < ALIKE
    assert np.abs(call.sound).max() > 0


def test_a_cable_pulled_out_in_a_call_is_cut_plays_and_comes_back(
    isdn: Isdn, record_property: Property
) -> None:
    place = isdn.box.news.place()
    isdn.bus.far_end.place(short_call("1", longer=10.0, rings=2))
    isdn.comes_to("recording", place)
    opened = isdn.box.news.wait(lambda news: news.kind == "opened", CALL_SECONDS, place)
    assert not isdn.bus.far_end.wait_over(_RECORDED_SECONDS)

    isdn.bus.pull_cable()
    isdn.comes_to("fault", place)
    record = isdn.finish(place)
    # While somebody still talks the box cannot know which call that is.
    assert isdn.bus.far_end.wait_over(CALL_SECONDS)
    plugged, again = monotonic(), isdn.box.news.place()
    isdn.bus.plug_cable()
    isdn.box.wait_ready(BACK_SECONDS, again)
    record_property("ready again after s", round(monotonic() - plugged, 1))

    assert record.recording == opened.recording
    assert (record.ended, record.verdict) == ("cut", Verdict.COMPLETE)  # sealed to its end
    raw = isdn.box.export(record.recording)
    assert soundfile.info(io.BytesIO(raw)).frames >= _RECORDED_SECONDS * RATE / 2
