"""No saved setting keeps a box from starting: settings are drawn, saved and started."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance import toml
from appliance.config.kept import in_force
from appliance.link.requests.settings import (
    ChangeSettings,
    DraftPreview,
    GetPanelPart,
    TrySettings,
)
from appliance.recorder.service import Recorder
from tests.deep import spread
from tests.keeper.boxes import KeeperBox, seed_of, set_up
from tests.stateful.drawn_settings import Drawn
from web import __main__ as panel
from web import following

EACH = 100
"""Settings that one test draws."""

FEWEST = 10
"""Of those the preview lets through, and refuses: about a quarter is good."""


@dataclass
class Started:
    """A box that is started with each settings that the preview lets through."""

    box: KeeperBox
    folder: Path
    token: str = ""
    saved: int = 0
    refused: int = 0

    def take(self, values: dict[str, Any]) -> None:
        """Preview settings, save them if nothing is wrong, and start everything with them."""
        token = self.token = self.token or self.box.log_in()
        raw = msgspec.json.encode(values)
        tried: Any = self.box.keeper.handle(TrySettings("values"), token, raw)
        assert isinstance(tried, DraftPreview)
        if tried.mistakes:
            self.refused += 1
            return
        codes = tuple(each.code for each in tried.statements)
        change = ChangeSettings(tried.version, "values", codes)
        done: Any = self.box.keeper.handle(change, token, raw)
        assert not done.mistakes
        assert not done.statements
        self.saved += 1
        self._start()

    def _start(self) -> None:
        folders, seed = self.box.folders, self.box.seed
        self.box.restart()
        self.token = ""
        assert self.box.keeper.box is not None
        now = in_force(folders, seed)
        part = self.box.ask(GetPanelPart())
        assert part.version == now.version
        where = self.folder / "panel.sock"
        _, listener, _, _ = panel._begin(
            following.panel_of(part), where, panel._instead(part, seed.config().panel, chosen=False)
        )
        listener.close()
        where.unlink(missing_ok=True)
        recorder = Recorder(
            now.config, folders, self.box.clock, settings=partial(in_force, folders, seed)
        )
        try:
            recorder.start()
            statuses = recorder.statuses()
        finally:
            recorder.close()
        assert [each.line for each in statuses] == [line.name for line in now.config.lines]
        assert recorder._lines is not None
        assert not recorder._lines.problem, "the reader should have refused it"


@pytest.mark.parametrize("seed", spread(range(10), 1))
def test_whatever_the_preview_lets_through_starts(tmp_path: Path, seed: int) -> None:
    started = Started(
        set_up(tmp_path / "data", seed_text=f"fresh = true\n{seed_of().text}"), tmp_path
    )
    drawn = Drawn(seed)
    try:
        vault = toml.loads(started.box.seed.text)["vault"]
        for _ in range(EACH):
            started.take(drawn.values(vault))
    finally:
        started.box.keeper.close()
    assert started.saved >= FEWEST
    assert started.refused >= FEWEST
