"""Register a handler where it is defined: ``@handles(ListCalls)`` above a method.

A process builds the objects that hold its handlers and collects them with ``handlers_of``; there
is no table to keep. The type checker compares each handler with the struct: the operation that it
takes and the reply that it gives.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from msgspec import Struct

from appliance.link.operations import Operation

Reply = Struct | tuple[Struct, bytes]
"""A struct, or a struct and the raw bytes behind it."""

Answer = Reply | Iterator[Reply | None]
"""A reply or, for an operation that streams, an iterator of them. It yields None when nothing has
happened for a while, at least once a second."""

Handler = Callable[..., Answer]
"""``handler(operation)``; at the keeper ``handler(operation, who)``. The raw bytes follow where the
operation takes an upload. Raises Refused (or another ZgodaError) to say no."""

DeskT = TypeVar("DeskT")
P = ParamSpec("P")
ReplyT = TypeVar("ReplyT")
OperationT_co = TypeVar("OperationT_co", bound=Operation[Any], covariant=True)

Method = Callable[
    Concatenate[DeskT, OperationT_co, P],
    ReplyT | tuple[ReplyT, bytes] | Iterator[ReplyT | None] | Iterator[tuple[ReplyT, bytes] | None],
]

_MARK = "__handles__"


class handles(Generic[OperationT_co]):  # a decorator
    """Mark a method as the handler of an operation."""

    def __init__(self, operation: type[OperationT_co]) -> None:
        self._operation = operation

    def __call__(
        self: "handles[Operation[ReplyT]]", method: Method[DeskT, OperationT_co, P, ReplyT]
    ) -> Method[DeskT, OperationT_co, P, ReplyT]:
        """Return the method, marked."""
        setattr(method, _MARK, self._operation)
        return method


def handlers_of(*desks: object) -> dict[type[Operation[Any]], Handler]:
    """Return the handlers that objects have, by operation.

    Raises:
        TypeError: two handle the same operation.
    """
    found: dict[type[Operation[Any]], Handler] = {}
    for desk in desks:
        for name, operation in _marked(type(desk)):
            if operation in found:
                raise TypeError(f"{operation.__name__} has two handlers.")
            found[operation] = getattr(desk, name)
    return found


def handlers_while(
    kind: type[DeskT], desk: Callable[[], DeskT]
) -> dict[type[Operation[Any]], Handler]:
    """Return the handlers that an object will have, by operation.

    Args:
        kind: its class.
        desk: returns it, or raises Refused while it is not there; called for each request.
    """
    return {operation: partial(_ask_for, desk, name) for name, operation in _marked(kind)}


def _ask_for(desk: Callable[[], object], name: str, *asked: Any) -> Answer:
    answer: Answer = getattr(desk(), name)(*asked)
    return answer


def _marked(kind: type) -> Iterator[tuple[str, type[Operation[Any]]]]:
    """Yield the name of each handler that a class has, with its operation."""
    for name in dir(kind):
        operation = getattr(getattr(kind, name), _MARK, None)
        if operation is not None:
            yield name, operation
