"""The learnt voltage of a line: kept, and never trusted further than a line can have it."""

from pathlib import Path

import pytest

from appliance.recorder.line.voltage import KeptVoltage
from appliance.vault.disk import Disk


def test_what_was_learnt_is_there_at_the_next_start(tmp_path: Path) -> None:
    assert KeptVoltage(tmp_path, "Reception").load() is None
    KeptVoltage(tmp_path, "Reception").save(48.125)
    assert KeptVoltage(tmp_path, "Reception").load() == 48.12
    assert KeptVoltage(tmp_path, "Boss").load() is None
    assert [path.name for path in tmp_path.iterdir()] == ["volts-Reception"]


@pytest.mark.parametrize("content", [b"", b"volts", b"\xff\xfe", b"4" * 5000])
def test_a_file_that_is_not_ours_is_none_or_one_figure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "volts-Reception").write_bytes(content)
    load = KeptVoltage(tmp_path, "Reception").load()
    assert load is None or load == float("4" * 16)


def test_a_disk_that_fails_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Full(Disk):
        def replace(
            self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None
        ) -> None:
            raise OSError(28, "No space left on device")

    KeptVoltage(tmp_path, "Reception", Full()).save(48.0)
    assert "cannot be written: No space left on device" in caplog.text
