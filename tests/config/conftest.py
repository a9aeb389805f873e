"""A right configuration, and the mistakes of any other.

Tests compare codes: what is said of them may change.
"""

from collections.abc import Callable

import pytest

from appliance.config.mistakes import Mistake, MistakesFound
from appliance.config.read import parse, trial_text


@pytest.fixture
def good() -> str:
    """A configuration with no mistake."""
    return trial_text()


@pytest.fixture
def found() -> Callable[[str], tuple[Mistake, ...]]:
    """The mistakes of a text; none if it is right."""
    return _found


@pytest.fixture
def mistakes() -> Callable[[str], list[tuple[str, str]]]:
    """Key and code of each mistake of a text."""
    return lambda text: [(each.key, each.code) for each in _found(text)]


def _found(text: str) -> tuple[Mistake, ...]:
    try:
        parse(text, "office.toml")
    except MistakesFound as error:
        return error.mistakes
    return ()
