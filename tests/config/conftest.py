"""A right configuration, and the mistakes of any other."""

from collections.abc import Callable

import pytest

from appliance.config.read import parse, trial_text
from appliance.errors import ConfigError


@pytest.fixture
def good() -> str:
    """A configuration with no mistake."""
    return trial_text()


@pytest.fixture
def mistakes() -> Callable[[str], list[str]]:
    """What is said of a text, line by line; nothing if it is right."""

    def read(text: str) -> list[str]:
        try:
            parse(text, "office.toml")
        except ConfigError as error:
            return str(error).splitlines()
        return []

    return read
