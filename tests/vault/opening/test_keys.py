import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import WrongSecret, WrongSheet
from appliance.vault.opening import keys
from appliance.vault.opening.keys import Cost

CHEAP = Cost(memory_kib=64, passes=1)
secrets = st.binary(min_size=32, max_size=32)


@given(secrets)
def test_a_sheet_comes_back_however_it_is_typed(secret: bytes) -> None:
    text = keys.sheet_text(secret)
    assert [len(group) for group in text.split("-")] == [5] * 13
    for typed in (
        text,
        text.lower(),
        text.replace("-", " "),
        text.replace("-", "\n") + "\n",
        text.replace("0", "O").replace("1", "l"),
        text.replace("1", "I"),
        keys.qr_text(text),
        keys.qr_text(text).lower(),
    ):
        assert keys.read_sheet(typed) == secret


@given(secrets, st.integers(0, 64), st.sampled_from(keys.ALPHABET))
def test_a_wrong_letter_names_its_group(secret: bytes, at: int, letter: str) -> None:
    letters = list("".join(keys.sheet_groups(secret)))
    if letters[at] == letter:
        return
    letters[at] = letter
    with pytest.raises(WrongSecret, match=f"Group {at // 5 + 1} of the sheet has a typing"):
        keys.read_sheet("".join(letters))


@given(secrets, st.integers(0, 12), st.integers(0, 3))
def test_neighbours_changed_over_name_their_group(secret: bytes, group: int, at: int) -> None:
    groups = list(keys.sheet_groups(secret))
    old = groups[group]
    new = old[:at] + old[at + 1] + old[at] + old[at + 2 :]
    if new == old:
        return
    with pytest.raises(WrongSecret, match=f"Group {group + 1} of the sheet has a typing"):
        keys.read_group(group, new)


@given(secrets, st.integers(0, 12), st.integers(0, 12))
def test_groups_changed_over_are_noticed(secret: bytes, one: int, other: int) -> None:
    groups = list(keys.sheet_groups(secret))
    groups[one], groups[other] = groups[other], groups[one]
    if one == other:
        assert keys.read_sheet("".join(groups)) == secret
        return
    both = ", ".join(str(place + 1) for place in sorted((one, other)))
    with pytest.raises(WrongSecret, match=f"These groups of the sheet .*: {both}"):
        keys.read_sheet("".join(groups))


def test_groups_that_are_told_apart_are_judged_apart() -> None:
    groups = list(keys.sheet_groups(bytes(range(32))))
    groups[2], groups[8] = groups[2][:4], groups[8] + groups[8][-1]  # 65 letters all the same
    with pytest.raises(WrongSheet) as told:
        keys.read_sheet(" - ".join(groups))
    assert told.value.groups == (3, 9)


def test_a_group_typed_back_is_compared_as_it_stands() -> None:
    group = keys.sheet_groups(bytes(32))[3]
    assert keys.read_group(3, f" {group.lower().replace('0', 'o')} ") == group


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEF", "ABCDU", "ABCD!", "ÄBCDE"])
def test_what_is_no_group_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(WrongSecret, match="Group 1 of the sheet is not 5 letters"):
        keys.read_group(0, typed)


@pytest.mark.parametrize("text", ["", "hello", "A" * 64, "A" * 66])
def test_a_sheet_of_another_length_is_counted(text: str) -> None:
    with pytest.raises(WrongSecret, match=f"these are {len(text)}"):
        keys.read_sheet(text)


def _complaint(text: str) -> str:
    try:
        keys.read_sheet(text)
    except WrongSecret as error:
        return str(error)
    return ""


def test_groups_of_two_sheets_do_not_go_together() -> None:
    said = []
    for _ in range(64):
        one, other = keys.sheet_groups(os.urandom(32)), keys.sheet_groups(os.urandom(32))
        said.append(_complaint("-".join([*one[:6], *other[6:]])))
    noticed = said.count("Each group of the sheet is correct, but they do not belong together.")
    assert noticed + said.count("") == 64
    assert noticed > 40, "four bits check the whole: 15 of 16 mixtures"


def test_each_key_of_the_office_is_another() -> None:
    secret = keys.new_secret()
    made = {bytes(keys.reading_key(secret)), bytes(keys.backup_key(secret)), bytes(secret)}
    assert len(made) == 3
    assert keys.reading_key(secret) == keys.reading_key(bytes(secret))
    assert len(keys.public_half(keys.reading_key(secret))) == 32


def test_a_password_opens_only_its_own_wrap() -> None:
    reading = keys.reading_key(keys.new_secret())
    wrapped = keys.wrap(reading, "zażółć gęślą jaźń", "a1", CHEAP)
    assert keys.unwrap(wrapped, "zażółć gęślą jaźń", "a1") == reading
    for password, owner in (("zażółć gęślą jaźn", "a1"), ("zażółć gęślą jaźń", "a2"), ("", "a1")):
        with pytest.raises(WrongSecret):
            keys.unwrap(wrapped, password, owner)
    assert bytes(reading) not in wrapped.sealed


def test_guessing_costs_64_mib_unless_told_otherwise() -> None:
    wrapped = keys.wrap(bytes(32), "correct horse battery", "a1")
    assert wrapped.cost == Cost(memory_kib=65_536, passes=3, lanes=1)
    assert keys.unwrap(wrapped, "correct horse battery", "a1") == bytes(32)
    assert keys.wrap(bytes(32), "p", "a", CHEAP).salt != keys.wrap(bytes(32), "p", "a", CHEAP).salt
