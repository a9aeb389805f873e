"""Begin again on a new card from a copy, with the very commands of docs/setting-up.md."""

import re
import shutil
import subprocess
import wave
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import (
    ExportCall,
    HoldCall,
    HoldGround,
    ListCalls,
    ShowCall,
    ShowHold,
)
from appliance.model.records import Verdict
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.keeper.boxes import KeeperBox
from tests.keeper.chips import BOOT
from tests.keeper.office import make_office

PAGE = Path(__file__).parents[2] / "docs/setting-up.md"
COMMANDS = PAGE.read_text("utf-8").partition("## 7. When the card dies")[2]


def told(beginning: str, **places: str) -> list[str]:
    """Return the page's one command that begins like this, with these places put into it."""
    (command,) = re.findall(rf"(?m)^{re.escape(beginning)}.*$", COMMANDS)
    for place, here in places.items():
        command = command.replace({"lib": "/var/lib", "usb": "/media/usb", "ID": "ID"}[place], here)
    return str(command).split()


def opened(data: Path) -> KeeperBox:
    """Open a keeper on a data folder, as the service does."""
    config = replace(trial(), vault=replace(trial().vault, pool_ahead=12))
    folders, clock = Folders(data), ManualClock()
    keeper = Keeper(config, folders, clock, cost=CHEAP, boot=BOOT)
    keeper.open()
    return KeeperBox(config, folders, clock, keeper)


def test_a_copy_and_a_new_card_give_the_box_back(tmp_path: Path) -> None:
    old, new, usb = tmp_path / "old", tmp_path / "new", tmp_path / "usb"
    for folder in (old, new, usb):
        folder.mkdir()
    office = make_office(old / "zgoda")
    office.unlock()
    rid = office.record(seconds=2.0)
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "A claim of 12 May.", "2027-06-30"))
    sheet = office.sheet
    office.close()
    subprocess.run(told("tar -C /var/lib -cpf", lib=str(old), usb=str(usb)), check=True)
    shutil.rmtree(old)  # the card is dead
    subprocess.run(told("tar -C /var/lib -xpf", lib=str(new), usb=str(usb)), check=True)
    box = opened(new / "zgoda")
    try:
        token = box.log_in()
        assert [call.recording for call in box.ask(ListCalls(), token).calls] == [rid]
        assert box.ask(ShowCall(recording=rid), token).call.verdict is Verdict.COMPLETE
        assert box.ask(ShowHold(recording=rid), token).reason == "A claim of 12 May."
        assert box.ask(ExportCall(recording=rid), token).filename.endswith(".wav")
        assert box.sound_audit()
    finally:
        box.keeper.close()
    _verify, where = told("/opt/zgoda/bin/zgoda verify")[1:]
    assert where == "/var/lib/zgoda"
    verified = CliRunner().invoke(zgoda, ["verify", str(new / "zgoda")])
    assert verified.exit_code == 0, verified.output
    _the_sound_alone(tmp_path / "elsewhere", usb, rid, sheet)


def _the_sound_alone(place: Path, usb: Path, rid: str, sheet: str) -> None:
    place.mkdir()
    subprocess.run(told("tar -xf", usb=str(usb)), check=True, cwd=place)
    (place / "sheet.txt").write_text(sheet, "utf-8")
    _zgoda, *command = told("zgoda unseal", ID=rid)
    at = [
        str(place / word) if "/" in word or word.endswith((".txt", ".wav")) else word
        for word in command
    ]
    done = CliRunner().invoke(zgoda, at)
    assert done.exit_code == 0, done.output
    with wave.open(str(place / "call.wav")) as sound:
        assert round(sound.getnframes() / sound.getframerate()) == 2
