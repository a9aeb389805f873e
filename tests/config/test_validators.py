"""Each validator accepts right values and explains wrong ones."""

from collections.abc import Callable
from functools import partial

import pytest

from appliance.config import validators as valid
from appliance.config.settings import Basis, LineKind

polish = partial(valid.valid_number, country="PL")
texts = partial(valid.valid_list, item=valid.valid_text)

OK: list[tuple[Callable[[object], object], object, object]] = [
    (valid.valid_text, " Nowak ", "Nowak"),
    (valid.valid_path, "/var/lib/zgoda", "/var/lib/zgoda"),
    (valid.valid_sound_rate, 16000, 16000),
    (valid.valid_sound_rate, 44100, 44100),
    (valid.valid_card, " usb-1.2 ", "usb-1.2"),
    (valid.valid_port, 1, 1),
    (valid.valid_port, 65535, 65535),
    (valid.valid_pause_minutes, 30, 30),
    (valid.valid_retention_days, 1, 1),
    (valid.valid_pool_ahead, 16, 16),
    (valid.valid_basis, "contract", Basis.CONTRACT),
    (valid.valid_kind, "care_phone", LineKind.CARE_PHONE),
    (valid.valid_eraser, "board", "board"),
    (valid.valid_language, "de", "de"),
    (valid.valid_languages, ["pl", "en"], ("pl", "en")),
    (valid.valid_country, "PL", "PL"),
    (valid.valid_outside_prefix, "", ""),
    (valid.valid_outside_prefix, "0", "0"),
    (polish, "22 123 45 67", "+48221234567"),
    (polish, "+48 22 123-45-67", "+48221234567"),
    (valid.valid_host, "127.0.0.1", "127.0.0.1"),
    (valid.valid_host, "::1", "::1"),
    (valid.valid_host, "box.local", "box.local"),
    (valid.valid_line_name, "Recepcja 2 (góra)", "Recepcja 2 (góra)"),
    (valid.valid_purpose_id, "quality_2", "quality_2"),
    (valid.valid_key, "0", "0"),
    (texts, [], ()),
]

FAIL: list[tuple[Callable[[object], object], object, str]] = [
    (valid.valid_text, 3, "is a number; write text"),
    (valid.valid_text, "  ", "is empty"),
    (valid.valid_text, "a\nb", "more than a line"),
    (valid.valid_text, "x" * 401, "longer than 400"),
    (valid.valid_path, "prompts", "beginning with /"),
    (valid.valid_sound_rate, 8000, "choose from 16000 to 48000"),
    (valid.valid_sound_rate, 192000, "choose from 16000 to 48000"),
    (valid.valid_sound_rate, 22050, "whole hundreds"),
    (valid.valid_card, "1", "may be another card's tomorrow"),
    (valid.valid_card, "", "is empty"),
    (valid.valid_port, 0, "choose from 1 to 65535"),
    (valid.valid_port, 65536, "choose from 1 to 65535"),
    (valid.valid_port, True, "is true or false"),
    (valid.valid_port, "8470", "is text; write a whole number"),
    (valid.valid_port, 84.7, "write a whole number"),
    (valid.valid_pause_minutes, 31, "choose from 1 to 30"),
    (valid.valid_retention_days, 0, "choose from 1"),
    (valid.valid_pool_ahead, 15, "choose from 16"),
    (valid.valid_basis, "consnt", "did you mean consent?"),
    (valid.valid_basis, "because", "known are consent, contract"),
    (valid.valid_basis, ["consent"], "is a list; choose from"),
    (valid.valid_kind, "phon", "did you mean phone?"),
    (valid.valid_eraser, "magnet", "known are file, board, eeprom"),
    (valid.valid_language, "fr", "known are pl, en, de"),
    (valid.valid_languages, [], "is empty"),
    (valid.valid_languages, ["pl", "pl"], "twice"),
    (valid.valid_country, "pl", "two capital letters"),
    (valid.valid_country, "ZZ", "two capital letters"),
    (valid.valid_outside_prefix, 0, "in quotation marks"),
    (valid.valid_outside_prefix, "00000", "at most four"),
    (polish, "22 123 45", "not a number of PL"),
    (polish, "reception", "not a number of PL"),
    (polish, 221234567, "is a number; write text"),
    (valid.valid_host, "300.1.1.1", "write an address"),
    (valid.valid_host, "a b", "write an address"),
    (valid.valid_line_name, "../etc", "at most 40 letters"),
    (valid.valid_line_name, "x" * 41, "at most 40 letters"),
    (valid.valid_purpose_id, "Training", "small letters"),
    (valid.valid_key, "*", "0 to 9"),
    (valid.valid_key, "12", "0 to 9"),
    (texts, "a", "square brackets"),
    (texts, ["a", "a"], "twice"),
]


@pytest.mark.parametrize(("validator", "value", "expected"), OK)
def test_ok(validator: Callable[[object], object], value: object, expected: object) -> None:
    assert validator(value) == expected


@pytest.mark.parametrize(("validator", "value", "said"), FAIL)
def test_fail(validator: Callable[[object], object], value: object, said: str) -> None:
    with pytest.raises(valid.Invalid) as refused:
        validator(value)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
