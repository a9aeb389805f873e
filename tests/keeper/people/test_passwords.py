"""Test that passwords must be long and not guessed first."""

import pytest

from appliance.keeper.people.passwords import check_password, drawn_password
from appliance.vault.opening.keys import ALPHABET
from tests.model.refusals import refuses

AVOID = ("Anna Nowakowska", "Kancelaria Nowak")


@pytest.mark.parametrize(
    "password",
    [
        "zielony kajak tonie w marcu",
        "correct horse battery",
        "x7#Qm2!vLp9$Rt4",
        "żółwie śnią o mrozie",
        "пароль из четырёх слов",
        "Anna widziała dziwnego kota",
        "k" * 5 + "iwi lubi deszcz",
    ],
)
def test_ok__password(password: str) -> None:
    assert check_password(password, AVOID) == password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "password_short"),
        ("x7#Qm2!vLp9$Rt", "password_short"),
        ("x" * 257, "password_long"),
        ("aaaaaaaaaaaaaaaaaaaa", "password_repeats"),
        ("abcabcabcabcabcabc", "password_repeats"),
        ("kajakkajakkajakkajak", "password_repeats"),
        ("123456789012345678", "password_common"),
        ("abcdefghijklmnopq", "password_common"),
        ("passwordpassword1234", "password_common"),
        ("qwertyuiopasdfghjkl", "password_common"),
        ("AnnaNowakowska2026", "password_common"),
        ("Kancelaria Nowak 1", "password_common"),
        ("zgodazgoda12345678!", "password_common"),
        ("correct horse battery staple", "password_common"),
        ("H4sl0 Warszawa 2026", "password_common"),
        ("zażółć gęślą jaźń", "password_common"),
    ],
)
def test_fail__password(password: str, why: str) -> None:
    with refuses(why):
        check_password(password, AVOID)


def test_two_ways_to_type_a_letter_are_one_password() -> None:
    composed, apart = (
        "żółw śpiący nad jeziorem",
        "z\u0307o\u0301łw s\u0301pia\u0328cy nad jeziorem",
    )
    assert composed != apart
    assert check_password(apart) == check_password(composed)


def test_a_drawn_password_is_good_and_never_the_same() -> None:
    drawn = {drawn_password() for _ in range(20)}
    assert len(drawn) == 20
    for password in drawn:
        groups = password.split("-")
        assert [len(group) for group in groups] == [5, 5, 5, 5]
        assert set("".join(groups)) <= set(ALPHABET)
        assert check_password(password, AVOID) == password
