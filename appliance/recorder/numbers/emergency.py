"""Know the numbers that call for help."""

import tomllib
from importlib import resources

import msgspec

from appliance.config.numbering import is_emergency
from appliance.structs import convert


class _Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One country's table."""

    code: str
    source: str
    numbers: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    country: tuple[_Country, ...]


class EmergencyNumbers:
    """Knows the emergency numbers of a country: the library's and those of our own table."""

    def __init__(self, country: str) -> None:
        """Read the table of an ISO 3166 country; one without a table has the library's alone."""
        text = (resources.files("appliance.recorder.numbers") / "emergency.toml").read_text("utf-8")
        table = convert(tomllib.loads(text), _Table)
        self._country = country
        self._own = frozenset(
            number
            for each in table.country
            if each.code in {country, "EU"}
            for number in each.numbers
        )

    def holds(self, digits: str) -> bool:
        """Say whether these digits, and no more of them, call for help."""
        return digits in self._own or is_emergency(digits, self._country)
