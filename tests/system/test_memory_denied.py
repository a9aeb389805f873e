"""The real keeper works where no memory may be both written and executed."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.exchange.scene import Scene
from appliance.link.client import Client
from appliance.link.requests.calls import ExportCall, ListCalls, OpenPlayback
from appliance.link.requests.login import LogIn
from appliance.link.requests.processes.news import TakeUp
from tests.boxes import PASSWORD, TrialBox
from tests.files import whole_file
from tests.system.processes import started

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

DENY = """
import ctypes, os, sys
if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0) != 0:  # PR_SET_MDWE
    sys.exit(f"prctl: {ctypes.get_errno()}")
os.execv(sys.argv[1], sys.argv[1:])
"""
BEFORE = [sys.executable, "-c", DENY]

TRY = """
import mmap
mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC | mmap.PROT_READ)
"""


def test_what_it_starts_is_denied_it_too() -> None:
    """Otherwise the test below would prove nothing of keeper and reading child."""
    command = [*BEFORE, sys.executable, "-c", TRY]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "PermissionError" in done.stderr


def test_the_keeper_unlocks_and_exports(trial_box: TrialBox) -> None:
    trial_box.call(Scene.ordinary("+48221234567", "1", talk=2))
    socket, data = trial_box.folders.keeper_socket, str(trial_box.folders.data)
    with started("keeper", "--data", data, before=BEFORE) as keeper:
        client = Client(socket)
        client.call(TakeUp())
        token = client.call(LogIn(name="Ewa Nowak", password=PASSWORD)).token
        (call,) = client.call(ListCalls(), token).calls
        _, flac = whole_file(client.download(ExportCall(call.recording, "flac"), token))
        assert flac.startswith(b"fLaC")
        assert client.call(OpenPlayback(call.recording, "training"), token).seconds > 1
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    assert not [path for path in Path(data).rglob("*") if path.suffix in {".flac", ".wav"}]
