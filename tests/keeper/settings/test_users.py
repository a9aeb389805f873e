"""Check that the recorder's user reads the keeper's settings and can write none."""

import ast

import msgspec
import pytest

from appliance.link.requests.first_run import ConfirmSheet, FirstRun
from appliance.link.requests.lines import GetLines
from appliance.link.requests.settings import ChangeSettings, ShowSettings
from tests.boxes import PASSWORD
from tests.security.processes.appliance import (
    KEEPER,
    PANEL,
    RECORDER,
    RECORDER_WORDS,
    Appliance,
    keeper_words,
    made_appliance,
)

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]

TRY = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1])
now, version = folder / "zgoda.toml", folder / "versions" / "000002.toml"
tries = {
    "read": now.read_bytes,
    "read a version": version.read_bytes,
    "list": lambda: os.listdir(folder),
    "write": lambda: os.close(os.open(now, os.O_WRONLY)),
    "append": lambda: os.close(os.open(version, os.O_APPEND | os.O_WRONLY)),
    "replace": lambda: os.rename(now, folder / "mine"),
    "add": lambda: (folder / "versions" / "000099.toml").write_bytes(b""),
    "remove": now.unlink,
    "chmod": lambda: now.chmod(0o666),
    "link": lambda: os.link(now, "/tmp/zgoda-settings-linked"),
}
done = {}
for name, act in tries.items():
    try:
        act()
        done[name] = ""
    except OSError as error:
        done[name] = type(error).__name__
print(done)
"""


def change(box: Appliance, name: str) -> str:
    """Set the box up and give its line another name; return what the recorder did."""
    client = box.client("keeper")
    code = box.folders.first_run_code.read_text("ascii")
    sheet = client.call(FirstRun(code=code, name="Ewa Nowak", password=PASSWORD, plain=True))
    groups = {index: sheet.groups[index] for index in sheet.ask_groups}
    client.call(ConfirmSheet(groups=groups), sheet.token)
    now = client.call(ShowSettings(), sheet.token)
    now.values["line"][0]["name"] = name
    raw = msgspec.json.encode(now.values)
    return client.call(ChangeSettings(now.version), sheet.token, raw).recorder


def test_the_recorder_follows_what_it_cannot_write() -> None:
    with made_appliance() as box:
        with box.start(KEEPER, *keeper_words()), box.start(RECORDER, *RECORDER_WORDS):
            assert change(box, "Front desk") == "taken"
        with box.start(RECORDER, *RECORDER_WORDS):
            lines = box.client("recorder").call(GetLines()).lines
            assert [line.line for line in lines] == ["Front desk"]
        tried = ast.literal_eval(RECORDER.python(TRY, str(box.folders.settings)).stdout)
        allowed = {name for name, error in tried.items() if not error}
        assert allowed == {"read", "read a version", "list"}
        foreign = ast.literal_eval(PANEL.python(TRY, str(box.folders.settings)).stdout)
        assert not {name for name, error in foreign.items() if not error}
