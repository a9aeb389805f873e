"""Provide the card whose life the tests of this folder lead on."""

from collections.abc import Iterator

import pytest

from tests.browser.setting_up import own_voice
from tests.image.card import new_card
from tests.image.life import Life
from tests.image.network import neighbour


@pytest.fixture(scope="session")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    card = new_card(tmp_path_factory.mktemp("card"))
    with neighbour() as there:
        whole = Life(card, own_voice(tmp_path_factory.mktemp("voice")), there)
        with whole.plug:
            yield whole
