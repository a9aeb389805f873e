"""Make structs of what others wrote, in any number of threads.

msgspec learns what a struct holds when it is first read. A thread that reads the same struct before
that is complete follows a null pointer, and the process dies (0.22; fields are learnt one by one in
``StructInfo_Convert``, and the struct names what is known so far). So each kind is learnt under a
lock, before anybody reads one, and everything is read by way of this module.
"""

import threading
from typing import Any, TypeVar, overload

import msgspec

ReadT = TypeVar("ReadT")
Raw = bytes | str | msgspec.Raw

_learning = threading.RLock()
_learnt: dict[tuple[object, object], Any] = {}


@overload
def from_json(raw: Raw, kind: type[ReadT]) -> ReadT: ...
@overload
def from_json(raw: Raw, kind: object) -> Any: ...
def from_json(raw: Raw, kind: Any) -> Any:
    """Read JSON as a kind.

    Raises:
        msgspec.DecodeError: it is no JSON, or of another kind.
        UnicodeDecodeError, RecursionError: it is no text, or too deep.
    """
    return json_decoder(kind).decode(raw)


@overload
def convert(value: object, kind: type[ReadT]) -> ReadT: ...
@overload
def convert(value: object, kind: object) -> Any: ...
def convert(value: object, kind: Any) -> Any:
    """Make a kind of plain values, such as a table of TOML.

    Raises:
        msgspec.ValidationError: they are of another kind.
    """
    _learn(msgspec.msgpack.Decoder, kind)
    return msgspec.convert(value, kind)


@overload
def json_decoder(kind: type[ReadT]) -> msgspec.json.Decoder[ReadT]: ...
@overload
def json_decoder(kind: object) -> msgspec.json.Decoder[Any]: ...
def json_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Return the decoder of a kind in JSON."""
    decoder: msgspec.json.Decoder[Any] = _learn(msgspec.json.Decoder, kind)
    return decoder


@overload
def msgpack_decoder(kind: type[ReadT]) -> msgspec.msgpack.Decoder[ReadT]: ...
@overload
def msgpack_decoder(kind: object) -> msgspec.msgpack.Decoder[Any]: ...
def msgpack_decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    """Return the decoder of a kind in MessagePack."""
    decoder: msgspec.msgpack.Decoder[Any] = _learn(msgspec.msgpack.Decoder, kind)
    return decoder


def _learn(made_by: Any, kind: object) -> Any:
    """Return the decoder of a kind; while one thread makes one, the others wait."""
    known = _learnt.get((made_by, kind))
    if known is None:
        with _learning:
            known = _learnt[made_by, kind] = _learnt.get((made_by, kind)) or made_by(kind)
    return known
