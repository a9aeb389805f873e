"""Turn whatever hostile bytes cause into one FileFormatError.

The recorder's folder takes files from a process that may be broken into. Whatever a file holds, it
costs nobody more than that file: everything that opens or decodes one does so under ``decoding``.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from appliance.errors import FileFormatError, ZgodaError
from appliance.model.sentences.faults import noted
from appliance.structs import from_json

StructT = TypeVar("StructT", bound=msgspec.Struct)

_PLACE = re.compile(r"`\$\.([a-z_]+)")


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Let our own errors and the system's pass; make every other a FileFormatError.

    Args:
        what: names the bytes at the beginning of a sentence.
    """
    try:
        yield
    except (ZgodaError, OSError):
        raise
    except Exception as error:
        raise FileFormatError(
            noted("archive_file_damaged", f"{what} holds something impossible ({_cause(error)}).")
        ) from error


def decode_json(raw: bytes, kind: type[StructT], what: str) -> StructT:
    """Decode a struct and hold its fields to their bounds; raises FileFormatError.

    The sentence names the field and never its content, which could be a person's.
    """
    with decoding(what):
        return from_json(raw, kind)


def _cause(error: Exception) -> str:
    place = _PLACE.search(str(error)) if isinstance(error, msgspec.DecodeError) else None
    return f"at {place[1]}" if place else type(error).__name__
