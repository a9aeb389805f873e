import pytest

from appliance.signals import tones


def test_the_pad_is_the_one_of_q23() -> None:
    assert tones.frequencies_of("1") == (697.0, 1209.0)
    assert tones.frequencies_of("#") == (941.0, 1477.0)
    assert tones.frequencies_of("D") == (941.0, 1633.0)
    assert tones.KEYS[3][0] == "*"


@pytest.mark.parametrize("key", ["", "E", "12", "a"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="telephone key"):
        tones.frequencies_of(key)


def test_the_united_kingdom_has_two_names_and_unknown_countries_the_common_tones() -> None:
    assert tones.progress_tones("uk") is tones.PROGRESS["GB"]
    assert tones.progress_tones("XX") is tones.PROGRESS["PL"]
