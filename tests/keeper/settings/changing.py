"""Change a box's settings as its administrator."""

import copy
from dataclasses import dataclass
from typing import Any

import msgspec

from appliance import toml
from appliance.config.kept import in_force, version_files
from appliance.keeper.audit.lines import readable
from appliance.link.requests.settings import (
    Changed,
    ChangeSettings,
    DraftPreview,
    GoBack,
    ListVersions,
    Settings,
    ShowSettings,
    TrySettings,
)
from tests.keeper.boxes import KeeperBox


@dataclass
class Office:
    """An administrator who is logged in."""

    box: KeeperBox
    token: str

    def show(self) -> Settings:
        return self.box.ask(ShowSettings(), self.token)

    def values(self) -> dict[str, Any]:
        """Return the values in force, to be changed."""
        return copy.deepcopy(self.show().values)

    def text(self) -> str:
        """Return the text that a recorder would read at its start."""
        return in_force(self.box.folders, self.box.seed).text

    def change(
        self, values: dict[str, Any] | None = None, *confirmed: str, base: int | None = None
    ) -> Changed:
        base = self.show().version if base is None else base
        asked = ChangeSettings(base, confirmed=confirmed)
        return self._ask(asked, msgspec.json.encode(self.values() if values is None else values))

    def write(self, text: str, *confirmed: str, base: int | None = None) -> Changed:
        base = self.show().version if base is None else base
        return self._ask(ChangeSettings(base, "text", confirmed), text.encode())

    def pause(self, minutes: int) -> Changed:
        """Change one setting."""
        values = self.values()
        values["office"]["pause_minutes"] = minutes
        return self.change(values)

    def attempt(self, sent: bytes | dict[str, Any], draft: str = "values") -> DraftPreview:
        raw = sent if isinstance(sent, bytes) else msgspec.json.encode(sent)
        answer: Any = self.box.keeper.handle(
            TrySettings(draft),  # type: ignore[arg-type]  # one of the two
            self.token,
            raw,
        )
        return answer  # type: ignore[no-any-return]

    def back(self, version: int, *confirmed: str) -> Changed:
        return self.box.ask(GoBack(self.show().version, version, confirmed), self.token)

    def _ask(self, asked: ChangeSettings, raw: bytes) -> Changed:
        answer: Any = self.box.keeper.handle(asked, self.token, raw)
        return answer  # type: ignore[no-any-return]


def plain(text: str) -> dict[str, Any]:
    return toml.loads(text)


def settings_agree(box: KeeperBox, token: str) -> int:
    """Hold the settings' files, rows and entries against each other; return the pause in force."""
    now, shown = in_force(box.folders, box.seed), box.ask(ShowSettings(), token)
    assert (shown.version, shown.text, shown.problem) == (now.version, now.text, ())
    numbers = [int(path.stem) for path in version_files(box.folders)]
    assert max(numbers, default=0) == now.version, "no version that never held is left"
    listed = box.ask(ListVersions(), token).versions
    assert [row.version for row in listed] == numbers[::-1]
    assert all(row.name for row in listed if row.version > 1), "each says who made it"
    entries = [entry for entry, _ in readable(box.folders.audit)]
    on_record = {entry.detail for entry in entries if entry.type == "settings_changed"}
    assert {f"v{number}" for number in numbers if number > 1} <= on_record
    held = set[str]()
    for entry in entries:
        if entry.type == "settings_changed":
            held.add(str(entry.detail))
        elif entry.type == "failed" and entry.detail is not None:
            held.discard(entry.detail.removeprefix("settings."))
    assert held <= {f"v{number}" for number in numbers}, "none is said to hold that never did"
    assert not list(box.folders.settings.rglob(".*"))
    return now.config.office.pause_minutes
