"""Keys do one thing each, and their names are understood on a telephone."""

from collections.abc import Callable

import pytest

Mistakes = Callable[[str], list[str]]
CHOICES = '"1" = ["training", "quality"], "4" = ["training"], "6" = ["quality"], "2" = []'


@pytest.mark.parametrize(
    ("language", "choices", "rest", "said"),
    [
        ("pl", CHOICES.replace('"4"', '"3"'), "", 'choices.3: is 3, whose name "trzy"'),
        ("pl", CHOICES.replace('"4"', '"8"'), "", "choices.8: is 8, whose name runs together"),
        ("pl", CHOICES.replace('"4"', '"5"'), "", "choices.5: is 5 beside 9: pięć and dziewięć"),
        ("en", CHOICES.replace('"4"', '"5"'), "", "choices.5: is 5 beside 9: five and nine"),
        ("de", CHOICES.replace('"4"', '"3"'), "", "choices.3: is 3 beside 2: drei and zwei"),
        ("pl", CHOICES.replace('"4"', '"0"'), "", "choices.0: is 0, which takes back"),
        ("pl", CHOICES, 'more_key = "3"', 'more_key: is 3, whose name "trzy"'),
        ("pl", CHOICES, 'more_key = "4"', "more_key: is 4, which choices has; choose another"),
        (
            "pl",
            CHOICES,
            "more_key = 9",
            'more_key: is a number; write the key in quotation marks: "9"',
        ),
        ("pl", CHOICES, 'more_key = "*"', "more_key: is not a key"),
        ("pl", CHOICES.replace('"4"', '"9"'), "", "more_key: is 9, which choices has"),
        ("pl", CHOICES + ', "7" = ["quality"]', "", "choices.7: agrees to the same as 6"),
        (
            "pl",
            '"1" = ["training", "quality"], "4" = ["training"], "2" = []',
            "",
            'only together with others; consent is asked for each purpose: add "6" = ["quality"]',
        ),
        (
            "pl",
            '"1" = ["training", "quality"], "2" = []',
            'choose_key = "2"',
            "choose_key: is 2, which choices",
        ),
        (
            "pl",
            '"1" = ["training", "quality"], "2" = []',
            'choose_key = "9"\nmore_key = "9"',
            "choose_key: is 9, as more_key",
        ),
        (
            "pl",
            '"4" = ["training"], "6" = ["quality"], "2" = []',
            'choose_key = "7"',
            "choose_key: needs a key that agrees to all",
        ),
    ],
)
def test_a_key_that_would_be_misheard_or_misunderstood_is_refused(
    language: str, choices: str, rest: str, said: str, good: str, mistakes: Mistakes
) -> None:
    text = on_a_line(good, language, choices, rest)

    told = mistakes(text)

    assert any(said in line for line in told), told


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

    (told,) = mistakes(keyed)
    assert "line.choose_key: is missing for 4 consent purposes" in told
    assert mistakes(on_a_line(text, "pl", f'"1" = [{names}], "2" = []', 'choose_key = "4"')) == []

    fifth = purpose.replace('"training"', '"fifth"')
    five = text.replace(f"purposes = [{names}]", f'purposes = [{names}, "fifth"]') + fifth
    five = on_a_line(five, "pl", f'"1" = [{names}, "fifth"], "2" = []', 'choose_key = "4"')
    assert any("names 5 purposes; a question can name 4 at most" in line for line in mistakes(five))


def on_a_line(good: str, language: str, choices: str, rest: str) -> str:
    """The trial's line with other keys, in another language."""
    begin = good.index("choices =")
    end = good.index("\n", good.index("more_key =", begin))
    keys = f'language = "{language}"\nchoices = {{ {choices} }}\n{rest}'
    return f"{good[:begin]}{keys}{good[end:]}"
