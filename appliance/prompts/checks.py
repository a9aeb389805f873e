"""List what the person who listened to a recording has to confirm."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from appliance.config.settings import Config, Line
from appliance.errors import PromptError
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.languages import language_of
from appliance.prompts.words.compose import variants

NAMED = frozenset({PromptKind.QUESTION, PromptKind.KEYS, PromptKind.CHOICE})
"""What ends with the name of a key, after which that key counts."""


def checks(saying: Saying, config: Config, line: Line) -> tuple[str, ...]:
    """Return the codes of all that has to be heard in a recording.

    ``whole``: every word and no other; ``controller``; ``purpose.<id>``; ``key.<digit>``;
    ``refusal``; ``mark``: the last key's name is over when the beep comes.

    The words themselves tell: they name whatever they would not be the same without. A line
    without a form that they need has only ``whole``.
    """
    text = _text(saying, config, line)
    return ("whole", *(_checks(text, saying, config, line) if text is not None else ()))


def _checks(text: str, saying: Saying, config: Config, line: Line) -> Iterator[str]:
    for code, other_config, other_line in _others(config, line):
        if _text(saying, other_config, other_line) != text:  # nor if there were no words then
            yield code
    if saying.spoken in NAMED:
        yield "mark"


def _others(config: Config, line: Line) -> Iterator[tuple[str, Config, Line]]:
    """Yield all that words may tell, with settings in which that is another."""
    yield "controller", _other_office(config), line
    for name in line.purposes:
        yield f"purpose.{name}", _other_purpose(config, name), line
    agreeing = [key for key, agreed in line.choices.items() if agreed]
    for key in filter(None, (*agreeing, line.choose_key, line.more_key, line.language_key)):
        yield f"key.{key}", config, _other_key(line, key)
    for key in line.choices.keys() - {*agreeing}:
        yield "refusal", config, _other_key(line, key)


def _text(saying: Saying, config: Config, line: Line) -> str | None:
    """Return the words; None where a form is missing."""
    try:
        return next(variants(config, line, language_of(config, line), saying)).text
    except PromptError:
        return None


def _other_office(config: Config) -> Config:
    """Return settings whose controller has another name, spoken and in full."""
    office = config.office
    says = _other_forms(office.controller_says)
    legal = _other_forms(office.legal_name_says)
    return replace(config, office=replace(office, controller_says=says, legal_name_says=legal))


def _other_purpose(config: Config, name: str) -> Config:
    """Return settings in which a purpose has other names."""
    purposes = tuple(
        replace(
            each,
            full=_other_forms(each.full),
            short=_other_forms(each.short),
            label=_other_forms(each.label),
        )
        if each.id == name
        else each
        for each in config.purposes
    )
    return replace(config, purposes=purposes)


def _other_forms(forms: Mapping[str, str]) -> dict[str, str]:
    return {language: f"…{words}" for language, words in forms.items()}


def _other_key(line: Line, key: str) -> Line:
    """Return a line on which another key does what this one does, if possible one that is free."""
    taken = {*line.choices, line.choose_key, line.more_key, line.language_key}
    digits = [each for each in "0123456789" if each != key]
    other = next((each for each in digits if each not in taken), digits[0])
    swapped = {key: other, other: key}
    return replace(
        line,
        choices={swapped.get(each, each): agreed for each, agreed in line.choices.items()},
        choose_key=swapped.get(line.choose_key, line.choose_key),
        more_key=swapped.get(line.more_key, line.more_key),
        language_key=swapped.get(line.language_key, line.language_key),
    )
