"""Share the tests among several runs of pytest: each takes the next file that is free.

``ZGODA_TESTS_QUEUE`` names a folder in which a run claims a file of tests by making a file of that
name. Only then it imports and collects it. So none waits while another has a long list of its own,
none is done long before the last, and no file is read by a run that does not need it.
"""

import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

WHERE = "ZGODA_TESTS_QUEUE"
FIRST = ("tests/scenes/",)
"""Files that take minutes: whoever takes one at the end keeps all others waiting."""


class SharedQueue:
    """A plugin that collects and runs what this run claims."""

    def __init__(self, folder: Path) -> None:
        """Share a folder that is there with the other runs."""
        self._folder = folder
        self._files: dict[str, pytest.File] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[None]:
        """Find the files that this run was asked for, and import none."""
        option, collect = session.config.option, session.genitems
        chosen = option.markexpr, option.keyword
        option.markexpr = option.keyword = ""  # they choose among tests, not among files

        def up_to_files(node: Any) -> Iterator[Any]:
            yield from [node] if isinstance(node, pytest.File) else collect(node)

        session.genitems = up_to_files  # type: ignore[method-assign] # it also asks itself
        try:
            yield
        finally:
            session.genitems = collect  # type: ignore[method-assign]
            option.markexpr, option.keyword = chosen
            found: list[Any] = session.items  # so far they are files
            self._files = {file.nodeid: file for file in found}
            session.items, session.testscollected = [], 0

    def pytest_report_collectionfinish(self) -> str:
        """Tell why nothing is collected so far."""
        return "Each file is collected when it is claimed."

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run tests file by file, as pytest does."""
        items = self._items(session)
        item = next(items, None)
        while item is not None:
            following = next(items, None)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
            item = following
        return True

    def claimed(self, names: Iterable[str]) -> Iterator[str]:
        """Yield each file that nobody has yet, what takes minutes first; claim it in its turn."""
        for name in sorted(names, key=lambda name: not name.startswith(FIRST)):
            if self._claim(name):
                yield name

    def _items(self, session: pytest.Session) -> Iterator[pytest.Item]:
        for name in self.claimed(self._files):
            items = _collected(session, self._files[name])
            session.testscollected += len(items)
            yield from items

    def _claim(self, name: str) -> bool:
        try:
            (self._folder / name.replace("/", "+")).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def _collected(session: pytest.Session, file: pytest.File) -> list[pytest.Item]:
    """Import a file and return its tests that were chosen; a file that cannot be is a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        items = list(session.genitems(file))
    session.config.hook.pytest_collection_modifyitems(
        session=session, config=session.config, items=items
    )
    return items


def take_part(config: pytest.Config) -> None:
    """Share the tests where a folder is named."""
    if WHERE in os.environ:
        config.pluginmanager.register(SharedQueue(Path(os.environ[WHERE])))
