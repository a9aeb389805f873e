"""Messages and their elements, as traces show them, built, and from any octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn.q931 import causes, channels, numbers, services
from appliance.lines.isdn.q931.causes import NAMES, Cause
from appliance.lines.isdn.q931.channels import Channel
from appliance.lines.isdn.q931.elements import MOST_ELEMENTS, Element, Ident, join, split
from appliance.lines.isdn.q931.message import Message, MessageType, decode, display, encode
from appliance.lines.isdn.q931.services import Service

SETUP = "08 01 05 05 04 03 80 90 a3 18 01 89 6c 0b 21 83 32 32 31 32 33 34 35 36 37 70 04 c1 31 30 30 7d 02 91 81 a1"  # noqa: E501


def read(octets: str) -> Message:
    message = decode(bytes.fromhex(octets))
    assert message is not None
    return message


def test_a_setup() -> None:
    message = read(SETUP)

    assert (message.type, message.reference, message.from_originator) == (
        MessageType.SETUP,
        5,
        True,
    )
    assert message.service is Service.VOICE
    assert message.channel == Channel(1)
    calling = message.party(Ident.CALLING)
    assert calling is not None
    assert calling.number == "221234567"
    assert message.called == "100"
    assert message.contents(Ident.SENDING_COMPLETE) == b""
    assert message.whole
    assert encode(message) == bytes.fromhex(SETUP)


def test_the_flag_says_that_the_other_side_sends() -> None:
    assert not read("08 01 85 07").from_originator
    assert read("08 01 85 07").reference == 5
    assert read("08 02 81 05 07").reference == 0x105
    assert encode(read("08 02 81 05 07")) == bytes.fromhex("08 02 81 05 07")
    assert read("08 00 62").reference == 0
    assert encode(read("08 00 62")) == bytes.fromhex("08 00 62")


@pytest.mark.parametrize("octets", ["", "08", "08 01", "08 01 05", "41 01 05 05", "08 03 1 05", "08 01 05 04", "08 02 01"])  # noqa: E501  # fmt: skip
def test_other_protocols_and_unknown_types_are_none(octets: str) -> None:
    assert decode(bytes.fromhex(octets.replace(" 1 ", " 01 "))) is None


@pytest.mark.parametrize("kind", MessageType)
def test_every_type_comes_back(kind: MessageType) -> None:
    assert decode(encode(Message(kind, 1, True))) == Message(kind, 1, True)


def test_an_element_that_ends_beyond_the_message_is_dropped() -> None:
    message = read("08 01 05 45 08 02 80 90 28 09 41")
    assert not message.whole
    assert message.cause == Cause(16)
    assert message.name is None


def test_elements_of_other_codesets_are_passed_over() -> None:
    once = read("08 01 05 45 9e 08 02 80 91 08 02 80 90")  # the first is of codeset 6
    assert once.cause == Cause(16)
    locked = read("08 01 05 45 08 02 80 90 95 08 02 80 91 28 01 41 9d 08 02 80 92")
    assert locked.cause == Cause(16)
    assert [each.codeset for each in locked.elements] == [0, 5, 5, 5]
    assert read("08 01 05 45 96 90 08 02 80 90").cause is None  # a locking shift never goes down


def test_a_message_of_too_many_elements_is_read_in_part() -> None:
    message = decode(bytes.fromhex("08 01 05 7b") + b"\xa0" * 1000)
    assert message is not None
    assert len(message.elements) == MOST_ELEMENTS
    assert not message.whole


@pytest.mark.parametrize(
    ("octets", "channel"),
    [
        ("89", Channel(1)),
        ("8a", Channel(2)),
        ("81", Channel(1, exclusive=False)),
        ("83", Channel(None, exclusive=False, any=True)),
        ("80", Channel(None, exclusive=False)),
        ("8c", Channel(None)),  # the D-channel
        ("a9 83 94", Channel(20)),
        ("e9 81 83 94", Channel(20)),  # with the interface's name
        ("a9 93 80 00 01", None),  # a map
        ("a9 83 80", Channel(None)),  # no channel has this number
        ("a9 83", None),
        ("e9 01 01", None),
        ("", None),
    ],
)
def test_channels(octets: str, channel: Channel | None) -> None:
    assert channels.decode(bytes.fromhex(octets)) == channel


@pytest.mark.parametrize("channel", [Channel(1), Channel(2, exclusive=False), Channel(20), Channel(None), Channel(None, any=True)])  # noqa: E501  # fmt: skip
def test_a_channel_comes_back(channel: Channel) -> None:
    assert channels.decode(channels.encode(channel).contents) == channel


def test_causes() -> None:
    cause = causes.decode(bytes.fromhex("82 91"))
    assert cause == Cause(17, 2)
    assert cause is not None
    assert (cause.name, cause.where) == ("user busy", "public network at the office")
    assert causes.decode(bytes.fromhex("02 80 91")) == Cause(17, 2)  # with a recommendation
    assert causes.decode(bytes.fromhex("e0 91")) == Cause(17, 0, 3)
    assert Cause(17, 0, 3).name == "of another standard"
    assert (Cause(126).name, Cause(126, 9).where) == ("unknown", "unknown")
    for cut in ("", "80", "00 00"):
        assert causes.decode(bytes.fromhex(cut)) is None
    for value in NAMES:
        assert causes.decode(causes.encode(Cause(value, 4)).contents) == Cause(value, 4)


@pytest.mark.parametrize(
    ("bearer", "high_layer", "service"),
    [
        ("80 90 a3", None, Service.VOICE),
        ("90 90 a3", "91 81", Service.VOICE),
        ("90 90 a3", "91 84", Service.FAX),
        ("90 90 a3", "91 e0", Service.DATA),
        ("90 90 a3", "91", Service.DATA),
        ("88 90", None, Service.DATA),
        ("91 90 a5", None, Service.DATA),  # 7 kHz, which is no A-law
        ("e0 90 a3", None, Service.UNKNOWN),  # of another standard
        ("", None, Service.UNKNOWN),
        (None, None, Service.UNKNOWN),
    ],
)
def test_services(bearer: str | None, high_layer: str | None, service: Service) -> None:
    octets = [None if each is None else bytes.fromhex(each) for each in (bearer, high_layer)]
    assert services.decode(*octets) is service


@pytest.mark.parametrize("service", [Service.VOICE, Service.FAX, Service.DATA])
def test_a_service_comes_back(service: Service) -> None:
    message = decode(encode(Message(MessageType.SETUP, 1, True, services.encode(service))))
    assert message is not None
    assert message.service is service


def test_dialled_digits_come_as_called_number_or_keypad() -> None:
    assert read("08 01 01 7b 70 02 81 35").called == "5"
    assert read("08 01 01 7b 2c 01 35").called == "5"
    assert read("08 01 01 7b").called == ""


def test_a_name_has_only_signs_that_can_be_shown() -> None:
    assert read("08 01 01 05 28 05 b1 41 6e 6e 61").name == "Anna"
    assert read("08 01 01 05 28 04 41 1b 0a 9b").name == "A"
    assert read("08 01 01 05 28 01 20").name is None
    assert encode(Message(MessageType.SETUP, 1, True, (display("Ząb"),)))[-3:] == b"Z?b"


elements = st.builds(
    Element, st.integers(0, 127), st.binary(max_size=20), st.sampled_from([0, 0, 0, 5, 6, 7])
) | st.builds(Element, st.sampled_from([0xA0, 0xA1, 0xA5]))


@given(st.lists(elements, max_size=20).map(tuple))
def test_elements_come_back(listed: tuple[Element, ...]) -> None:
    assert split(join(listed)) == (listed, True)


@given(st.binary(max_size=300))
def test_any_octets_are_a_message_that_can_be_read_or_none(data: bytes) -> None:
    for octets in (data, b"\x08\x01\x01\x05" + data):
        message = decode(octets)
        if message is None:
            continue
        assert decode(encode(message)) == Message(
            message.type,
            message.reference,
            message.from_originator,
            message.elements,
            True,
            message.reference_octets,
        )
        assert message.name is None or message.name.isprintable()
        assert numbers.KEYS.issuperset(message.called)
        assert message.service in Service
        assert message.cause is None or message.cause.name
        assert message.channel is None or message.channel.number != 0
        assert message.value(Ident.NOTIFICATION) != 128
