from collections.abc import Callable
from importlib import resources

import pytest

from appliance.config.read import parse
from appliance.errors import ConfigError


@pytest.fixture
def good() -> str:
    """A configuration with no mistake."""
    return (resources.files("appliance.config") / "trial.toml").read_text("utf-8")


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
