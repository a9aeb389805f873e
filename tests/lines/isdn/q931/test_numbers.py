"""Party numbers: one that its owner withholds never gets beyond the parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message, MessageType, decode, display, encode
from appliance.lines.isdn.q931.numbers import (
    KEYS,
    NumberType,
    PartyNumber,
    Presentation,
    decode_called,
)
from appliance.lines.isdn.q931.numbers import decode as decode_number
from appliance.lines.isdn.q931.numbers import (
    encode as encode_number,
)

DIGITS = "221234567"
PARTIES = (Ident.CALLING, Ident.CONNECTED, Ident.REDIRECTING, Ident.REDIRECTION)


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("21 83", DIGITS),  # national, allowed, from the network
        ("11 80", f"+{DIGITS}"),
        ("01 83", DIGITS),
        ("a1", DIGITS),  # no octet 3a: allowed
        ("21 03 81", DIGITS),  # with a reason, as a redirecting number
        ("21 a3", None),  # restricted
        ("21 c3", None),  # not available
        ("21 e3", None),  # reserved
        ("21", None),  # octet 3a ends nowhere
        ("21 03 01 81", None),  # too many
        ("", None),
    ],
)
def test_presentation_decides_whether_a_number_is_kept(head: str, number: str | None) -> None:
    assert decode_number(bytes.fromhex(head) + DIGITS.encode()).number == number


@pytest.mark.parametrize("octets", [b"22123456x", b"22 123", b"\xb2\xb2", b"1" * 33, b"12\x00"])
def test_a_number_with_a_sign_that_nobody_can_dial_is_none(octets: bytes) -> None:
    assert decode_number(b"\xa1" + octets).number is None
    assert decode_called(b"\xa1" + octets).digits == ""


HIDDEN = bytes.fromhex("21a3") + b"221234567"
OTHERS = (
    Element(Ident.CALLING, b"\x21\x83" + b"227654321"),  # a second number of the same party
    Element(Ident.DISPLAY, b"Anna 227654321"),
    Element(Ident.CALLING_SUBADDRESS, b"\x80227654321"),
    Element(Ident.FACILITY, b"\x91\xa1227654321"),
    Element(Ident.USER_USER, b"\x04227654321"),
    Element(Ident.DISPLAY, b"227654321", codeset=6),
    Element(0x55, b"227654321"),
)


@pytest.mark.parametrize("identifier", PARTIES)
@pytest.mark.parametrize("head", ["21 a3", "21 e3", "21", "21 03 01 81", ""])
def test_a_restricted_number_leaves_no_digit_in_the_message(identifier: Ident, head: str) -> None:
    hidden = Element(identifier, bytes.fromhex(head) + DIGITS.encode())
    others = tuple(other for other in OTHERS if other.identifier != Ident.CALLING)
    message = decode(encode(Message(MessageType.SETUP, 1, True, (hidden, *others))))

    assert message is not None
    assert b"22" not in encode(message)
    party = message.party(identifier)
    assert party == PartyNumber("", party.kind, Presentation.RESTRICTED) if party else False
    assert message.name is None


def test_a_second_number_of_who_withholds_one_goes_too() -> None:
    hidden = Element(Ident.CALLING, HIDDEN)
    for elements in ((hidden, *OTHERS), (*OTHERS, hidden)):
        message = decode(encode(Message(MessageType.SETUP, 1, True, elements)))
        assert message is not None
        assert b"22" not in encode(message)


def test_the_caller_stays_where_only_another_party_is_restricted() -> None:
    """The list of numbers that are never recorded needs it."""
    elements = (Element(Ident.CALLING, b"\x21\x83227654321"), Element(Ident.REDIRECTING, HIDDEN))
    message = decode(encode(Message(MessageType.SETUP, 1, True, (*elements, display("Anna")))))

    assert message is not None
    assert message.party(Ident.CALLING) == PartyNumber("227654321", NumberType.NATIONAL)
    assert message.name is None


def test_the_called_number_stays_in_a_setup_of_the_office_that_withholds_its_own() -> None:
    called = encode_number(Ident.CALLED, PartyNumber("112"))
    setup = Message(MessageType.SETUP, 1, True, (Element(Ident.CALLING, HIDDEN), called))
    message = decode(encode(setup))

    assert message is not None
    assert message.called == "112"


numbers = st.builds(
    PartyNumber,
    st.text(sorted(KEYS), max_size=32),
    st.sampled_from(NumberType),
    st.just(Presentation.ALLOWED),
)


@given(numbers, st.sampled_from(PARTIES))
def test_a_number_that_may_be_shown_comes_back(number: PartyNumber, identifier: Ident) -> None:
    assert decode_number(encode_number(identifier, number).contents) == number
    assert decode_called(encode_number(Ident.CALLED, number).contents) == number


@given(st.binary(max_size=40))
def test_any_contents_are_a_number_of_dialled_digits(contents: bytes) -> None:
    for number in (decode_number(contents), decode_called(contents)):
        assert KEYS.issuperset(number.digits)
        assert number.presentation is Presentation.ALLOWED or not number.digits
