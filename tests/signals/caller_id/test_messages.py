import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.signals.caller_id.messages import (
    Absent,
    CallerIdMessage,
    build_mdmf,
    parse_keys,
    parse_message,
    with_checksum,
)
from benchmarks.caller_id.material import build_sdmf

NUMBER = "48221234567"
texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
texts = texts.map(str.strip).filter(bool)
numbers = st.text(st.sampled_from("0123456789"), min_size=1, max_size=16)


@given(number=numbers, name=st.none() | texts, when=st.just("11251530"))
def test_an_mdmf_message_survives(number: str, name: str | None, when: str) -> None:
    message = CallerIdMessage(number=number, name=name, when=when)
    assert parse_message(build_mdmf(message)) == message


@given(number=numbers)
def test_an_sdmf_message_survives(number: str) -> None:
    message = CallerIdMessage(number=number, when="11251530")
    assert parse_message(build_sdmf(message)) == message


@pytest.mark.parametrize("absent", list(Absent))
def test_withheld_and_unavailable_are_kept_apart(absent: Absent) -> None:
    message = CallerIdMessage(number_absent=absent, name_absent=absent, when="11251530")
    assert parse_message(build_mdmf(message)) == message
    shorter = CallerIdMessage(number_absent=absent, when="11251530")
    assert parse_message(build_sdmf(shorter)) == shorter
    assert message.withheld is (absent is Absent.WITHHELD)


def test_a_number_wins_over_a_reason_for_its_absence() -> None:
    said = CallerIdMessage(number=NUMBER, number_absent=Absent.WITHHELD)
    assert parse_message(build_mdmf(said)) == CallerIdMessage(number=NUMBER)


def test_unknown_parameters_are_passed_over() -> None:
    body = bytes([0x80, 8, 0x77, 2, 1, 2, 0x02, 2]) + b"12"
    assert parse_message(with_checksum(body)) == CallerIdMessage(number="12")


def test_every_damaged_byte_is_noticed() -> None:
    whole = build_mdmf(CallerIdMessage(number=NUMBER, name="Jan Nowak"))
    for at in range(len(whole)):
        for flip in (0x01, 0x40, 0xFF):
            assert parse_message(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]) is None
    for length in range(len(whole)):
        assert parse_message(whole[:length]) is None


@pytest.mark.parametrize("body", [b"", b"\x01\x0811251530", b"\x77\x00", b"\x02\x00"])
def test_a_message_that_says_nothing_of_the_caller_is_none(body: bytes) -> None:
    message = bytes([0x80, len(body)]) + body
    assert parse_message(with_checksum(message)) is None


def test_a_field_longer_than_its_container_is_refused() -> None:
    body = bytes([0x80, 4, 0x02, 9]) + b"12"
    assert parse_message(with_checksum(body)) is None


def test_too_long_a_name_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="255 bytes"):
        build_mdmf(CallerIdMessage(name="x" * 300))


@given(st.binary(max_size=300))
@example(b"\x80\x00\x80")
@example(b"\x04\x00\xfc")
def test_any_bytes_are_parsed_or_refused(message: bytes) -> None:
    found = parse_message(message)
    assert found is None or sum(message) & 0xFF == 0


def test_control_characters_of_a_name_are_dropped() -> None:
    found = parse_message(build_mdmf(CallerIdMessage(name="Jan\x07\x1b[2J")))
    assert found is not None
    assert found.name == "Jan[2J"


@pytest.mark.parametrize(
    ("keys", "number", "absent", "redirecting"),
    [
        ("A221234567C", "221234567", None, None),
        ("A221234567D5550100C", "221234567", None, "5550100"),
        ("B00C", None, Absent.UNAVAILABLE, None),
        ("B10C", None, Absent.WITHHELD, None),
        ("A221234567#", "221234567", None, None),
        ("D1#", None, Absent.WITHHELD, None),
        ("D2#", None, Absent.UNAVAILABLE, None),
        ("D3#", None, Absent.UNAVAILABLE, None),
        ("D221234567C", "221234567", None, None),
        ("221234567#", "221234567", None, None),
    ],
)
def test_every_form_in_keys_says_number_reason_or_redirection(
    keys: str, number: str | None, absent: Absent | None, redirecting: str | None
) -> None:
    assert parse_keys(keys) == CallerIdMessage(
        number=number, number_absent=absent, redirecting=redirecting
    )


@pytest.mark.parametrize("keys", ["", "C", "#", "12#", "A#", "ACB", "221234567", "D4#"])
def test_other_keys_are_no_caller_id(keys: str) -> None:
    assert parse_keys(keys) is None


@given(st.text(st.sampled_from("0123456789*#"), max_size=30))
@example("221234567#")
def test_what_may_be_dialled_is_no_caller_id_unless_it_is_said_to_be(keys: str) -> None:
    assert parse_keys(keys, bare=False) is None


@given(st.text(st.sampled_from("0123456789ABCD*#"), max_size=30))
@example("A221234567C")
def test_what_a_letter_begins_is_read_alike_either_way(keys: str) -> None:
    if keys[:1] in {"A", "B", "D"}:
        assert parse_keys(keys, bare=False) == parse_keys(keys)


@given(st.text(st.sampled_from("0123456789ABCD*#"), max_size=30))
def test_any_keys_are_parsed_or_refused(keys: str) -> None:
    found = parse_keys(keys)
    assert found is None or keys[-1] in "C#"
