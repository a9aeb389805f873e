"""Serve a keeper on its real socket for the commands that ask one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from appliance.commands.asking.ask import command as ask
from appliance.commands.recordings import command
from appliance.config.folders import Folders
from appliance.config.outside import Backup
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.service import Keeper
from appliance.link.server import Server
from appliance.model.audio import Sound
from appliance.vault.opening.keys import Cost
from tests.clocks import ManualClock
from tests.keeper.chips import BOOT
from tests.keeper.office import START, Office
from tests.proofs import proving_here
from tests.small.pool import small_trial

PASSWORD = "correct horse battery"


class Served:
    """A keeper behind its socket, and the command line."""

    def __init__(self, data: Path, sounds: dict[str, Sound]) -> None:
        self.data = data
        self.sounds = sounds
        self.clock = ManualClock(START)
        folders = Folders(data)
        self.keeper = proving_here(
            Keeper(small_trial(), folders, self.clock, cost=Cost(64, 1), boot=BOOT)
        )
        self.keeper.open()
        self.server = Server(folders.keeper_socket, self.keeper.handle, {0, OWN_UID})
        self.server.start()
        (data / "password").write_text(f"{PASSWORD}\nnot this line\n")

    def run(self, *words: str, said: str = "password") -> Result:
        """Run the command as Ewa Nowak."""
        login = ["--data", str(self.data), "--name", "Ewa Nowak"]
        login += ["--password-file", str(self.data / said)]
        return CliRunner().invoke(command, [words[0], *login, *words[1:]])

    def ask(self, tag: str, *words: str, login: bool = True) -> Result:
        """Run ``zgoda ask`` as Ewa Nowak, or as nobody."""
        who = ["--name", "Ewa Nowak", "--password-file", str(self.data / "password")]
        where = [tag, "--data", str(self.data), *(who if login else ())]
        return CliRunner().invoke(ask, [*where, *words])

    def asked(self, tag: str, *words: str, login: bool = True) -> dict[str, Any]:
        """Ask for JSON, and read it."""
        done = self.ask(tag, *words, "--json", login=login)
        assert done.exit_code == 0, done.output
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def json(self, *words: str) -> dict[str, object]:
        """Run a command that prints JSON, and read it."""
        done = self.run(*words, "--json")
        assert done.exit_code == 0, done.output
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def acts(self) -> list[str]:
        return [entry.type for entry, _ in readable(Folders(self.data).audit)]

    def close(self) -> None:
        self.server.stop()
        self.keeper.close()


OWN_UID = Path("/proc/self").stat().st_uid


def with_a_stick(office: Office, folder: Path) -> Served:
    """Serve an office that has a prepared stick for its backups, and its sheet in a file."""
    office.audit.sign_head()
    (folder / "sheet.txt").write_text(office.sheet)
    (folder / "stick").mkdir()
    prepare(folder / "stick").close()
    served = Served(office.folders.data, office.sounds)
    around = served.keeper._around
    around.config = replace(around.config, backup=Backup(str(folder / "stick"), "day"))
    return served
