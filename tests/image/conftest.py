"""Provide the cards whose lives the tests of this folder lead on."""

from collections.abc import Generator, Iterator

import pytest

from tests.browser.setting_up import Voice, own_voice
from tests.image.card import new_card
from tests.image.handover import Handover, end
from tests.image.life import Life
from tests.image.network import Neighbour, neighbour


@pytest.hookimpl
def pytest_sessionfinish() -> None:
    end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what stood on the page that the owner looked at."""
    report = yield
    life = item.funcargs.get("life") if isinstance(item, pytest.Function) else None
    if report.failed and isinstance(life, Life):
        report.sections.append(("The owner's page", life.shown()))
    return report


@pytest.fixture(scope="session")
def handover(tmp_path_factory: pytest.TempPathFactory) -> Handover:
    return Handover(tmp_path_factory.mktemp("handover"))


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return own_voice(tmp_path_factory.mktemp("voice"))


@pytest.fixture(scope="session")
def there() -> Iterator[Neighbour]:
    with neighbour() as found:
        yield found


@pytest.fixture(scope="module")
def life(
    tmp_path_factory: pytest.TempPathFactory, voice: Voice, there: Neighbour
) -> Iterator[Life]:
    """A new card, which all tests of a file lead on."""
    whole = Life(new_card(tmp_path_factory.mktemp("card")), voice, there)
    with whole.plug:
        yield whole
