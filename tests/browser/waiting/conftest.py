"""Provide a browser, and a panel whose box has moved clocks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.box import chromium
from tests.web.conftest import Panel, serve, set_up_box


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    yield from serve(set_up_box(tmp_path))
