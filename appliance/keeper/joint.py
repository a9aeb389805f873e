"""Let one part have something done by another that is made after it.

Parts are built from the bottom up and get what they need as arguments. Where two need each other,
a joint is made before both: one is given it to call, the other is joined to it.
"""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Joint(Generic[P]):
    """A hook: called in one place, done in another; nothing before it is joined."""

    def __init__(self) -> None:
        self._act: Callable[P, object] | None = None

    def join(self, act: Callable[P, object]) -> None:
        """Have this done from now on."""
        self._act = act

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Have it done."""
        if self._act is not None:
            self._act(*args, **kwargs)
