"""Read telephone numbers by the numbering plan of a country."""

from collections.abc import Mapping

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, shortnumberinfo

COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""ISO 3166 countries whose numbering plan is known."""


def e164(text: str, country: str) -> str | None:
    """Return a number in any spelling as +48221234567 (E.164), or None if it is none.

    Its length may be one that no number has; numbers without a country code belong to ``country``.
    """
    parsed = _parsed(text, country)
    return _written(parsed) if parsed else None


def possible_e164(text: str, country: str) -> str | None:
    """Return a number whose length fits as E.164, or None."""
    parsed = _parsed(text, country)
    return _written(parsed) if parsed and phonenumbers.is_possible_number(parsed) else None


def valid_e164(text: str, country: str) -> str | None:
    """Return a number that the numbering plan has as E.164, or None."""
    parsed = _parsed(text, country)
    return _written(parsed) if parsed and phonenumbers.is_valid_number(parsed) else None


_LANGUAGES: Mapping[int, str] = {
    48: "pl",
    **dict.fromkeys((49, 43, 423), "de"),  # Germany, Austria, Liechtenstein
    **dict.fromkeys((44, 353, 356, 1, 61, 64), "en"),  # where most people speak it first
}
"""Country code -> the language in which most people there understand a question."""


def language_of_number(text: str, country: str) -> str:
    """Return the language of the country whose code a number in any spelling has; "": unknown."""
    parsed = _parsed(text, country)
    valid = parsed is not None and phonenumbers.is_possible_number(parsed)
    return _LANGUAGES.get(parsed.country_code or 0, "") if parsed is not None and valid else ""


def is_short_service(digits: str, country: str) -> bool:
    """Say whether digits are a short service number, such as a helpline."""
    parsed = _parsed(digits, country)
    return parsed is not None and shortnumberinfo.is_valid_short_number_for_region(parsed, country)


def is_emergency(digits: str, country: str) -> bool:
    """Say whether exactly these digits call for help."""
    return shortnumberinfo.is_emergency_number(digits, country)


def in_groups(number: str) -> str | None:
    """Return a number with its country code as people write it, +48 22 123 45 67, or None."""
    parsed = _parsed(number, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else None


def without_trunk(digits: str) -> str:
    """Return digits without the 00 or the 0 that is dialled before a country's or an area's code.

    What is left may stand within a number in E.164; nothing is left of zeros alone.
    """
    return digits.removeprefix("00").lstrip("0")


def _parsed(text: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _written(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
