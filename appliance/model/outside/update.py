"""Check an update's address and description; say which of two versions is newer.

The description is a small JSON file beside the bundle. Whoever serves it can write what they like:
it decides what is offered, and RAUC alone decides what is installed.
"""

import re
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from appliance.errors import FileFormatError
from appliance.model.limits import LONGEST_UPDATE_ADDRESS
from appliance.model.outside.mail import is_server
from appliance.model.sentences.faults import noted
from appliance.structs import from_json

FORMAT = 1
"""Of the description."""

COMPATIBLE = "zgoda-card-arm64"
"""The kind of box, as in RAUC's ``system.conf``."""

MOST_BYTES = 2**30
"""Of a bundle: a system of the card has 1.8 GB unpacked, its bundle some 300 MB."""

MOST_DESCRIBED = 16 * 1024
"""Bytes of a description."""

TROUBLES = (
    "name", "unreachable", "late", "closed", "no_tls", "certificate", "missing", "redirect",
    "no_range", "size", "changed", "description", "other_model", "digest", "full", "disk",
    "odd",
)  # fmt: skip
"""Codes of a look or a fetch that failed: no such server; no answer at its port; too slow; it ended
the connection; it speaks no TLS; its certificate does not hold; it has no such file; it points
elsewhere; it cannot send parts; the file is not as long as described; the file has changed; the
description is none; it is meant for another kind of box; the file is not the described one; too
little room is left; the disk does not take it; anything else."""

_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
)
_ADDRESS = re.compile(
    r"https://(\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,45}\]|[A-Za-z0-9.-]{1,253})(?::([1-9][0-9]{0,4}))?"
    r"((?:/[A-Za-z0-9._~+%-]+)+)"
)
_TAG = re.compile(r'"[!#-~]{1,126}"')


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """What an update is said to be."""

    version: Annotated[str, Meta(max_length=64)]
    file: Annotated[str, Meta(pattern=r"\A[0-9A-Za-z][0-9A-Za-z._+-]{0,99}\.raucb\Z")]
    size: Annotated[int, Meta(ge=1, le=MOST_BYTES)]
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    published: Annotated[str, Meta(pattern=r"\A20[0-9]{2}-[01][0-9]-[0-3][0-9]\Z")]


class _WrittenDescription(Description, frozen=True, forbid_unknown_fields=False):
    """A description as its file has it; a later one may hold more."""

    format: int = 0
    compatible: str = ""


class OtherModel(FileFormatError):
    """The update is meant for another kind of box."""


class Place(NamedTuple):
    """Where a file lies."""

    host: str
    port: int
    path: str


def place_of(address: str) -> Place | None:
    """Return where an https address leads; None if it is none, or says more than a place.

    It holds no user, no query and no step upward, so that nothing about the box stands in it.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > LONGEST_UPDATE_ADDRESS:
        return None
    host, port, path = found[1].strip("[]"), int(found[2] or 443), found[3]
    steps = {part.replace("%2e", ".").replace("%2E", ".") for part in path.split("/")}
    if port > 65535 or not is_server(host) or steps & {".", ".."}:
        return None
    return Place(host, port, path)


def beside(address: str, file: str) -> str:
    """Return the address of a file beside another one."""
    return f"{address.rpartition('/')[0]}/{file}"


def read_description(content: bytes) -> Description:
    """Read a description.

    Raises:
        OtherModel: it is meant for another kind of box.
        FileFormatError: it is none.
    """
    try:
        if len(content) > MOST_DESCRIBED:
            raise ValueError("it is too long")
        written = from_json(content, _WrittenDescription)
    except (ValueError, RecursionError):  # msgspec's errors are of them
        raise FileFormatError(noted("update_unknown", "This describes no update.")) from None
    said = Description(*(getattr(written, name) for name in Description.__struct_fields__))
    if written.format != FORMAT or not is_version(said.version):
        raise FileFormatError(
            noted("update_unknown", "This describes no update that is known here.")
        )
    if written.compatible != COMPATIBLE:
        raise OtherModel(noted("update_unknown", "The update is meant for another kind of box."))
    return said


def is_tag(text: str) -> bool:
    """Say whether this is a strong entity tag (RFC 9110, 8.8.3), or empty."""
    return not text or _TAG.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Say whether this is a version that can be compared (semver.org, 2.0.0)."""
    found = _VERSION.fullmatch(text)
    return found is not None and all((found[4] or "0").split("."))


def is_newer(one: str, other: str) -> bool:
    """Say whether one version comes after another, as RAUC compares them; no version never does."""
    return is_version(one) and is_version(other) and _order(one) > _order(other)


def _order(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """Return what sorts versions (semver.org, 11): a release comes after its candidates."""
    found = _VERSION.fullmatch(version)
    assert found is not None  # noqa: S101 - checked before
    numbers = tuple(int(found[part]) for part in (1, 2, 3))
    words = found[4].split(".") if found[4] else []
    return numbers, not words, tuple(map(_word, words))


def _word(word: str) -> tuple[bool, int, str]:
    """Return what sorts a part of a candidate's name: numbers come before words."""
    return (False, int(word), "") if word.isdigit() and word.isascii() else (True, 0, word)
