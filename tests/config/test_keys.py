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


LANGUAGES = 'other_languages = ["en"]'


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (LANGUAGES, []),
        ('other_languages = ["en", "de"]', []),
        ('language_key = "1"', []),  # one language alone: it leads nowhere
        (f'{LANGUAGES}\nlanguage_key = ""', []),
        (f'{LANGUAGES}\nlanguage_key = "7"', []),
        (f'{LANGUAGES}\nlanguage_key = "1"', [("line.language_key", "key_used")]),
        (f'{LANGUAGES}\nlanguage_key = "9"', [("line.language_key", "key_used")]),
        (f'{LANGUAGES}\nlanguage_key = "0"', [("line.language_key", "key_zero")]),
        (f'{LANGUAGES}\nlanguage_key = "#"', [("line.language_key", "key")]),
        ('other_languages = ["pl"]', [("line.other_languages", "twice")]),
        ('other_languages = ["en", "en"]', [("line.other_languages", "twice")]),
        ('other_languages = ["fr"]', [("line.other_languages", "word_unknown")]),
        ('other_languages = "en"', [("line.other_languages", "list")]),
    ],
)
def test_the_key_of_the_next_language_does_nothing_else(
    rest: str, said: Told, good: str, mistakes: Mistakes
) -> None:
    assert mistakes(on_a_line(several(good), "pl", CHOICES, rest)) == said


def test_a_key_has_to_be_understood_in_each_language_of_the_line(
    good: str, mistakes: Mistakes
) -> None:
    german = CHOICES.replace('"4"', '"3"')
    keyed = f'{LANGUAGES}\nlanguage_key = "7"'
    assert mistakes(on_a_line(several(good), "en", german, "")) == []
    german_too = on_a_line(
        several(good), "en", german, 'other_languages = ["de"]\nlanguage_key = "7"'
    )
    assert mistakes(german_too) == [("line.choices.3", "key_misheard")]
    polish = on_a_line(several(good), "pl", CHOICES.replace('"4"', '"5"'), keyed)
    assert mistakes(polish) == [("line.choices.5", "key_misheard")], "told once"


def test_a_language_that_the_office_has_not_is_none_of_the_line(
    good: str, mistakes: Mistakes
) -> None:
    text = on_a_line(several(good, "pl", "en"), "pl", CHOICES, 'other_languages = ["de"]')
    assert ("line.other_languages", "not_of_office") in mistakes(text)


def several(good: str, *languages: str) -> str:
    """The office with several languages, the trial's where none are named."""
    names = ", ".join(f'"{each}"' for each in languages or ("pl", "en", "de"))
    begin = good.index("languages = ")
    return f"{good[:begin]}languages = [{names}]{good[good.index(chr(10), begin) :]}"


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
