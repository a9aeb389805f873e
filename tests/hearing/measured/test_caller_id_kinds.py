"""Check each kind of caller ID that the benchmarks count besides plain numbers."""

import pytest

from appliance.signals.caller_id.messages import Absent
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.caller_id.keys import FORMS, LEVELS, KeyForm, Level, message, read_in
from benchmarks.caller_id.keys import sent as keys_sent
from benchmarks.caller_id.material import CLEAN, Form, made, sent
from benchmarks.caller_id.messages import Read, heard, read_of, told
from benchmarks.peers.ears import Message

ALL_FORMS = pytest.mark.parametrize("form", ["mdmf", "sdmf"])
STANDARDS = pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda one: one.name)
MESSAGES = 3


@ALL_FORMS
@STANDARDS
@pytest.mark.parametrize(("why", "letter"), [(Absent.WITHHELD, "P"), (Absent.UNAVAILABLE, "O")])
def test_why_there_is_no_number_is_told(
    form: Form, standard: FskStandard, why: Absent, letter: str
) -> None:
    for index in range(MESSAGES):
        said, body = made(index, form, why)
        assert told(said) == Message(letter, "")
        assert heard(sent(CLEAN, body, standard, index), off_hook=False) == [told(said)]


@ALL_FORMS
@STANDARDS
def test_a_message_with_a_wrong_bit_gives_nothing(form: Form, standard: FskStandard) -> None:
    for index in range(MESSAGES):
        _, body = made(index, form, "damaged")
        _, whole = made(index, form, "number")
        wrong = int.from_bytes(body, "big") ^ int.from_bytes(whole, "big")
        assert wrong.bit_count() == 1
        assert heard(sent(CLEAN, body, standard, index), off_hook=False) == []


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: f"{level.dbm0} dBm0")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_in_keys_is_read_exactly_and_once(form: KeyForm, level: Level) -> None:
    for index in range(MESSAGES):
        said, keys = message(form, index)
        assert heard(keys_sent(keys, level, index), off_hook=False) == [told(said)]


def test_nothing_is_right_more_often_than_it_was_sent() -> None:
    one, two = Message("1", ""), Message("2", "")
    assert read_of([one, one, two], [one, one, one, Message("3", "")]) == Read(2, 1)


def test_a_peer_has_read_a_message_if_its_keys_stand_in_order() -> None:
    assert read_in("A12CA13CA14C", ["A12C", "A13C", "A14C"]) == 3
    assert read_in("A12CA1CA14C", ["A12C", "A13C", "A14C"]) == 2
    assert read_in("D1#D#D1#", ["D1#", "D1#", "D1#"]) == 2
    assert read_in("A14CA12C", ["A12C", "A14C"]) == 1
