"""Whoever takes the courier's process over, from outside, gets no further on the box.

Real processes of real users: the kernel says at the keeper's socket who asks.
"""

from ast import literal_eval

import pytest

from tests.security.processes.appliance import (
    COURIER,
    KEEPER,
    PANEL,
    RECORDER,
    Appliance,
    keeper_words,
    made_appliance,
)
from tests.security.processes.users import User

ASK = """
from pathlib import Path
from appliance.errors import LinkError, Refused
from appliance.link.client import Client
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import FirstRun, GetBoxState
from appliance.link.requests.login import LetIn, LogIn
from appliance.link.requests.processes.errands import TakeErrand, TellErrand
from appliance.link.requests.processes.steps import NextStep
from appliance.link.requests.processes.update import BringPiece, TakeFetch, TellFetch
client = Client(Path(sys.argv[1]), 20.0, uid=int(sys.argv[2]))
said = {}
for operation in (TakeErrand(), TellErrand(1, ""), NextStep(), TakeFetch(), BringPiece(1, 0, ""),
                  TellFetch(1, ""), GetBoxState(), ListCalls(), LetIn("Ewa"),
                  LogIn(name="Ewa Nowak", password="x" * 20),
                  FirstRun(code="x", name="Ewa Nowak", password="x" * 20)):
    try:
        client.call(operation, "token")
        said[type(operation).__name__] = "answered"
    except Refused as refused:
        said[type(operation).__name__] = refused.code
    except LinkError as error:
        said[type(operation).__name__] = str(error)
print(said)
"""

READ = """
from appliance.config.folders import Folders
import os
folders = Folders(Path(sys.argv[1]))
done = {}
tries = {
    "list the data folder": lambda: os.listdir(folders.data),
    "list the recordings": lambda: os.listdir(folders.recordings),
    "list the files made ahead": lambda: os.listdir(folders.new),
    "read the settings": lambda: os.listdir(folders.settings),
    "read the keyring": lambda: folders.keyring[0].read_bytes(),
    "write into the notes": lambda: (folders.notes / "mine").write_bytes(b""),
    "write into the data folder": lambda: (folders.data / "mine").write_bytes(b""),
    "write beside the keeper's socket": lambda: Path(sys.argv[2], "mine").write_bytes(b""),
}
for name, attempt in tries.items():
    try:
        attempt()
        done[name] = "done"
    except OSError as error:
        done[name] = type(error).__name__
print(done)
"""


def asked(appliance: Appliance, user: User) -> dict[str, str]:
    path = str(appliance.run / "zgoda-keeper/keeper.sock")
    done = user.python("import sys\n" + ASK, path, str(KEEPER.uid))
    found: dict[str, str] = literal_eval(done.stdout)
    return found


@pytest.mark.root
@pytest.mark.timeout(120)
def test_the_couriers_user_gets_its_errands_and_nothing_else() -> None:
    with made_appliance() as appliance, appliance.start(KEEPER, *keeper_words()):
        courier = asked(appliance, COURIER)
        assert courier.pop("TakeErrand") == "answered"
        assert courier.pop("NextStep") == "answered", "that there is nothing to do"
        assert courier.pop("TellErrand") == "not_set_up"
        assert courier.pop("TakeFetch") == "answered"
        assert courier.pop("BringPiece") == courier.pop("TellFetch") == "no_errand"
        assert set(courier.values()) == {"courier_only"}

        panel = asked(appliance, PANEL)
        assert panel["TakeErrand"] == panel["TellErrand"] == panel["NextStep"] == "courier_only"
        assert panel["TakeFetch"] == panel["BringPiece"] == panel["TellFetch"] == "courier_only"
        assert panel["GetBoxState"] == "answered"

        assert set(asked(appliance, RECORDER).values()) == {"user_refused"}


@pytest.mark.root
def test_the_couriers_user_reads_and_writes_nothing_of_the_box() -> None:
    with made_appliance() as appliance, appliance.start(KEEPER, *keeper_words()):
        socket_folder = str(appliance.run / "zgoda-keeper")
        code = "import sys\nfrom pathlib import Path\n" + READ
        done = COURIER.python(code, str(appliance.data), socket_folder)
        tried: dict[str, str] = literal_eval(done.stdout)
        assert len(tried) == 8
        assert set(tried.values()) <= {"PermissionError", "FileNotFoundError"}
        assert list(tried.values()).count("PermissionError") >= 7
