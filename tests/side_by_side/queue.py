"""Share the tests among several runs of pytest: each takes the next file that is free.

``ZGODA_TESTS_QUEUE`` names a folder in which a run claims a file of tests by making a file of that
name. Every run has collected all; so none waits while another has a long list of its own, and none
is done long before the last.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

WHERE = "ZGODA_TESTS_QUEUE"
FIRST = ("tests/scenes/",)
"""Files that take minutes: whoever takes one at the end keeps all others waiting."""


class SharedQueue:
    """A plugin that runs what this run claims."""

    def __init__(self, folder: Path) -> None:
        """Share a folder that is there with the other runs."""
        self._folder = folder

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run tests file by file, as pytest does."""
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        if session.config.option.collectonly:
            return True
        items = self.claimed(session.items)
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

    def claimed(self, items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
        """Yield the tests of each file that nobody has yet; claim it when its turn comes."""
        files: dict[str, list[pytest.Item]] = {}
        for item in items:
            files.setdefault(item.nodeid.partition("::")[0], []).append(item)
        for name in sorted(files, key=lambda name: not name.startswith(FIRST)):
            if self._claim(name):
                yield from files[name]

    def _claim(self, name: str) -> bool:
        try:
            (self._folder / name.replace("/", "+")).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def take_part(config: pytest.Config) -> None:
    """Share the tests where a folder is named."""
    if WHERE in os.environ:
        config.pluginmanager.register(SharedQueue(Path(os.environ[WHERE])))
