"""Cut the power at a write of the ledger or of the audit."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.keeper.office import Office


class PowerCut(BaseException):
    """The power went."""


@contextmanager
def cut_at(monkeypatch: pytest.MonkeyPatch, office: Office, number: int) -> Iterator[None]:
    """Let the power go before the write of a number, from 0: of the ledger or of the audit."""
    count = itertools.count()

    def cutting(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **named: Any) -> Any:
            if next(count) == number:
                raise PowerCut
            return real(*args, **named)

        return step

    ledger, audit = office.records.ledger, office.audit
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_set_one", cutting(ledger._set_one))
        patch.setattr(audit, "append_many", cutting(audit.append_many))
        patch.setattr(office.records.erasing._erasure, "_append", audit.append_many)
        patch.setattr(office.records.erasing._erasure._reports, "_append", audit.append_many)
        yield
