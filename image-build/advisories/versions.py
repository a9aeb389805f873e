"""Compare versions as Python's and Debian's packages do."""

import re
from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Any

from packaging.version import InvalidVersion, Version

from advisories.parts import DEBIAN, PYPI

Key = Callable[[str], Any]
_DEBIAN = re.compile(r"(?:(\d+):)?([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]+))?")


def python(version: str) -> Version:
    """Return what orders Python's versions (PEP 440); raises ValueError."""
    try:
        return Version(version)
    except InvalidVersion as error:
        raise ValueError(version) from error


def debian(version: str) -> Any:
    """Return what orders Debian's versions (deb-version(7)); raises ValueError."""
    if not (found := _DEBIAN.fullmatch(version)):
        raise ValueError(version)
    epoch, upstream, revision = found.groups()
    return int(epoch or 0), _ORDERED(upstream), _ORDERED(revision or "0")


def _compare(one: str, other: str) -> int:
    """Compare letters and figures in turn: a tilde comes before the end, letters before signs."""
    while one or other:
        (words, one), (others, other) = _cut(r"\D*", one), _cut(r"\D*", other)
        if words != others:
            length = max(len(words), len(others))
            first = [_weight(sign) for sign in words.ljust(length, "\0")]
            second = [_weight(sign) for sign in others.ljust(length, "\0")]
            return -1 if first < second else 1
        (figure, one), (figure_of_other, other) = _cut(r"\d*", one), _cut(r"\d*", other)
        if difference := int(figure or 0) - int(figure_of_other or 0):
            return difference
    return 0


def _cut(form: str, text: str) -> tuple[str, str]:
    found = re.match(form, text)
    length = found.end() if found else 0
    return text[:length], text[length:]


def _weight(sign: str) -> int:
    if sign == "~":
        return -1
    if sign == "\0":
        return 0
    return ord(sign) if sign.isalpha() else ord(sign) + 256


_ORDERED = cmp_to_key(_compare)

ORDER: Mapping[str, Key] = {PYPI: python, DEBIAN: debian}
"""Ecosystem -> what orders its versions."""
