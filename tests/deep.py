"""Leave most cases of a long row to the deep suite; every run takes a spread of them."""

from collections.abc import Sequence
from typing import Any

import pytest


def spread(cases: Sequence[Any], keep: int) -> list[Any]:
    """Return the cases as parameters; all but ``keep`` of them are marked for ``make faults``.

    The first and the last are kept, and some evenly between. A case of several values is a tuple.
    """
    last = len(cases) - 1
    kept = {round(last * part / max(1, keep - 1)) for part in range(keep)}
    return [
        case if index in kept else deep(*(case if isinstance(case, tuple) else (case,)))
        for index, case in enumerate(cases)
    ]


def deep(*values: Any) -> Any:
    """Return one case as a parameter of the deep suite."""
    return pytest.param(*values, marks=pytest.mark.faults)
