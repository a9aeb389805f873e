"""Write person-free notes of calls: whole or not there."""

import json
from pathlib import Path

from appliance.recorder.recording.notes import Notes
from tests.clocks import ManualClock


def test_a_note_is_whole_or_not_there(tmp_path: Path) -> None:
    notes = Notes(tmp_path, ManualClock(1_790_000_000.0))
    notes.write("Reception", "recorded", None)
    notes.write("Reception", "unrecorded", "refused")
    told = [json.loads(path.read_text()) for path in tmp_path.glob("*.json")]
    assert {(t["outcome"], t["reason"], t["day"]) for t in told} == {
        ("recorded", "recorded", "2026-09-21"),
        ("unrecorded", "refused", "2026-09-21"),
    }
    assert not list(tmp_path.glob(".*"))
