"""Find handlers where they are defined."""

import pytest

from appliance.link.handlers import handlers_of, handles
from appliance.link.operations import Done
from tests.link.conftest import Count, Fail, Text


class Desk:
    @handles(Fail)
    def fail(self, operation: Fail) -> Done:
        return Done()

    def other(self) -> None:
        raise AssertionError("not asked for")


class LargerDesk(Desk):
    @handles(Count)
    def count(self, operation: Count, more: int) -> Text:
        return Text(str(operation.to + more))


def test_the_handlers_of_an_object_are_its_methods() -> None:
    desk = LargerDesk()
    found = handlers_of(desk)
    assert found.keys() == {Fail, Count}
    assert found[Fail](Fail(how="")) == Done()
    assert found[Count](Count(to=3), 4) == Text("7")


def test_two_handlers_of_one_operation_are_refused() -> None:
    with pytest.raises(TypeError, match="Fail has two handlers"):
        handlers_of(Desk(), LargerDesk())
