"""Keys do one thing each, and their names are understood on a telephone."""

from collections.abc import Callable

import pytest

Told = list[tuple[str, str]]
Mistakes = Callable[[str], Told]
CHOICES = '"1" = ["training", "quality"], "4" = ["training"], "6" = ["quality"], "2" = []'


@pytest.mark.parametrize(
    ("language", "choices", "rest", "said"),
    [
        ("pl", CHOICES.replace('"4"', '"3"'), "", [("line.choices.3", "key_misheard")]),
        ("pl", CHOICES.replace('"4"', '"8"'), "", [("line.choices.8", "key_misheard")]),
        ("pl", CHOICES.replace('"4"', '"5"'), "", [("line.choices.5", "key_misheard")]),
        ("en", CHOICES.replace('"4"', '"5"'), "", [("line.choices.5", "key_misheard")]),
        ("de", CHOICES.replace('"4"', '"3"'), "", [("line.choices.3", "key_misheard")]),
        ("pl", CHOICES.replace('"4"', '"0"'), "", [("line.choices.0", "key_zero")]),
        ("pl", CHOICES, 'more_key = "3"', [("line.more_key", "key_misheard")]),
        ("pl", CHOICES, 'more_key = "4"', [("line.more_key", "key_used")]),
        (
            "pl",
            CHOICES,
            "more_key = 9",
            [("line.more_key", "text")],
        ),
        ("pl", CHOICES, 'more_key = "*"', [("line.more_key", "key")]),
        ("pl", CHOICES.replace('"4"', '"9"'), "", [("line.more_key", "key_used")]),
        ("pl", CHOICES + ', "7" = ["quality"]', "", [("line.choices.7", "key_same")]),
        (
            "pl",
            '"1" = ["training", "quality"], "4" = ["training"], "2" = []',
            "",
            [("line.choices", "only_together")],
        ),
        (
            "pl",
            '"1" = ["training", "quality"], "2" = []',
            'choose_key = "2"',
            [("line.choose_key", "key_used")],
        ),
        (
            "pl",
            '"1" = ["training", "quality"], "2" = []',
            'choose_key = "9"\nmore_key = "9"',
            [("line.choose_key", "key_used")],
        ),
        (
            "pl",
            '"4" = ["training"], "6" = ["quality"], "2" = []',
            'choose_key = "7"',
            [("line.choose_key", "key_for_all")],
        ),
    ],
)
def test_a_key_that_would_be_misheard_or_misunderstood_is_refused(
    language: str, choices: str, rest: str, said: Told, good: str, mistakes: Mistakes
) -> None:
    text = on_a_line(good, language, choices, rest)

    assert mistakes(text) == said


@pytest.mark.parametrize(
    ("language", "choices", "rest"),
    [
        ("pl", CHOICES, ""),
        ("en", CHOICES.replace('"4"', '"3"'), ""),
        ("pl", CHOICES.replace('"4"', '"5"'), 'more_key = "7"'),
        ("pl", CHOICES.replace('"4"', '"9"'), 'more_key = ""'),
        ("pl", '"4" = ["training"], "6" = ["quality"], "2" = []', ""),
        ("pl", '"1" = ["training", "quality"], "2" = []', 'choose_key = "4"'),
    ],
)
def test_any_other_keys_are_right(
    language: str, choices: str, rest: str, good: str, mistakes: Mistakes
) -> None:
    assert mistakes(on_a_line(good, language, choices, rest)) == []


def test_quality_alone_is_a_line_like_any_other(good: str, mistakes: Mistakes) -> None:
    text = on_a_line(good, "pl", '"1" = ["quality"], "2" = []', "")
    assert (
        mistakes(text.replace('purposes = ["training", "quality"]', 'purposes = ["quality"]')) == []
    )


def test_four_consent_purposes_are_chosen_one_by_one(good: str, mistakes: Mistakes) -> None:
    purpose = good[good.index("[[purpose]]") : good.rindex("[[purpose]]")]
    more = "".join(purpose.replace('"training"', f'"{name}"') for name in ("third", "fourth"))
    names = '"training", "quality", "third", "fourth"'
    text = good.replace('purposes = ["training", "quality"]', f"purposes = [{names}]") + more
    keyed = on_a_line(text, "pl", f'"1" = [{names}], "2" = []', "")

    assert mistakes(keyed) == [("line.choose_key", "keys_too_many")]
    assert mistakes(on_a_line(text, "pl", f'"1" = [{names}], "2" = []', 'choose_key = "4"')) == []

    fifth = purpose.replace('"training"', '"fifth"')
    five = text.replace(f"purposes = [{names}]", f'purposes = [{names}, "fifth"]') + fifth
    five = on_a_line(five, "pl", f'"1" = [{names}, "fifth"], "2" = []', 'choose_key = "4"')
    assert ("line.purposes", "many_purposes") in mistakes(five)


def on_a_line(good: str, language: str, choices: str, rest: str) -> str:
    """The trial's line with other keys, in another language."""
    begin = good.index("choices =")
    end = good.index("\n", good.index("more_key =", begin))
    keys = f'language = "{language}"\nchoices = {{ {choices} }}\n{rest}'
    return f"{good[:begin]}{keys}{good[end:]}"
