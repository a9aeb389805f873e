"""Each validator accepts right values and names what is wrong with others."""

from collections.abc import Callable
from functools import partial

import pytest

from appliance.config import validators as valid
from appliance.config.mistakes import Invalid
from appliance.config.settings import Basis, LineKind

polish = partial(valid.valid_number, country="PL")
port = partial(valid.valid_whole, low=1, high=65535)
rate = partial(valid.valid_hundreds, low=16000, high=48000)
texts = partial(valid.valid_list, item=valid.valid_text)

OK: list[tuple[Callable[[object], object], object, object]] = [
    (valid.valid_text, " Nowak ", "Nowak"),
    (valid.valid_path, "/var/lib/zgoda", "/var/lib/zgoda"),
    (rate, 16000, 16000),
    (rate, 44100, 44100),
    (valid.valid_card, " usb-1.2 ", "usb-1.2"),
    (port, 1, 1),
    (port, 65535, 65535),
    (valid.valid_basis, "contract", Basis.CONTRACT),
    (valid.valid_kind, "care_phone", LineKind.CARE_PHONE),
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
    (valid.valid_text, 3, "text"),
    (valid.valid_text, "  ", "empty"),
    (valid.valid_text, "a\nb", "long_text"),
    (valid.valid_text, "x" * 401, "long_text"),
    (valid.valid_text, "a\u2028b", "long_text"),
    *(
        (valid.valid_text, f"a{sign}b", "hidden")
        for sign in ("\0", "\t", "\x1b", "\xa0", "\xad", "\u200b", "\u202e", "\u2066", "\ufeff")
    ),
    (valid.valid_text, f"{'x' * 399}\x1b", "hidden"),
    (valid.valid_path, "prompts", "path"),
    (rate, 8000, "range"),
    (rate, 192000, "range"),
    (rate, 22050, "hundreds"),
    (valid.valid_card, "1", "card_number"),
    (valid.valid_card, "", "empty"),
    (port, 0, "range"),
    (port, 65536, "range"),
    (port, True, "range"),
    (port, "8470", "range"),
    (port, 84.7, "range"),
    (valid.valid_basis, "consnt", "word_near"),
    (valid.valid_basis, "because", "word_unknown"),
    (valid.valid_basis, ["consent"], "word"),
    (valid.valid_kind, "phon", "word_near"),
    (valid.valid_language, "fr", "word_unknown"),
    (valid.valid_languages, [], "no_language"),
    (valid.valid_languages, ["pl", "pl"], "twice"),
    (valid.valid_country, "pl", "country"),
    (valid.valid_country, "ZZ", "country"),
    (valid.valid_outside_prefix, 0, "text"),
    (valid.valid_outside_prefix, "00000", "outside_prefix"),
    (polish, "22 123 45", "number"),
    (polish, "reception", "number"),
    (polish, 221234567, "text"),
    (valid.valid_host, "300.1.1.1", "host"),
    (valid.valid_host, "a b", "host"),
    (valid.valid_line_name, "../etc", "line_name"),
    (valid.valid_line_name, "x" * 41, "line_name"),
    (valid.valid_purpose_id, "Training", "purpose_id"),
    (valid.valid_key, "*", "key"),
    (valid.valid_key, "12", "key"),
    (texts, "a", "list"),
    (texts, ["a", "a"], "twice"),
]


@pytest.mark.parametrize(("validator", "value", "expected"), OK)
def test_ok(validator: Callable[[object], object], value: object, expected: object) -> None:
    assert validator(value) == expected


@pytest.mark.parametrize(("validator", "value", "code"), FAIL)
def test_fail(validator: Callable[[object], object], value: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        validator(value)

    assert refused.value.code == code
