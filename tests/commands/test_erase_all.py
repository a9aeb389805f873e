"""``zgoda erase-all`` against a keeper behind its real socket."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.erase_all import command
from appliance.commands.verify_proof import command as verify_proof
from appliance.errors import Refused
from appliance.keeper.people.operators import new_operator
from appliance.link.operations import Role
from appliance.vault.certificate import read_certificate
from appliance.vault.opening.keys import read_sheet, reading_key
from tests.boxes import CHEAP
from tests.commands.served import PASSWORD, Served
from tests.keeper.office import make_office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A keeper with two recordings, an owner and a privacy officer."""
    office = make_office(tmp_path / "data")
    for _ in range(2):
        office.seal()
    reading = reading_key(read_sheet(office.sheet))
    entry = new_operator("Ola", PASSWORD, frozenset({Role.PRIVACY_OFFICER}), reading, CHEAP)
    with office.keyring.changing() as draft:
        draft.operators[entry.id] = entry
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


def run(served: Served, *words: str, name: str = "Ewa Nowak") -> Result:
    login = ["--data", str(served.data), "--name", name]
    login += ["--password-file", str(served.data / "password")]
    return CliRunner().invoke(command, [words[0], *login, *words[1:]])


def test_asked_for_confirmed_and_certified(served: Served, tmp_path: Path) -> None:
    assert run(served, "show").stdout == "Recordings: 2, of them on hold: 0\n"
    done = run(served, "ask", "--ground", "no_longer_needed")
    assert "carried out in 24 h 0 min, or when somebody confirms it" in done.stdout
    nothing = tmp_path / "nothing.certificate.jsonl"
    refused = run(served, "show", "--out", str(nothing))
    assert isinstance(refused.exception, Refused)
    assert not nothing.exists()
    waiting = run(served, "show", "--json")
    assert waiting.exit_code == 1
    order = json.loads(waiting.stdout)["order"]["id"]
    assert isinstance(run(served, "confirm", order).exception, Refused), "it is one's own"
    assert "The keys are gone" in run(served, "confirm", order, name="Ola").stdout
    box = served.keeper.box
    assert box is not None
    served.clock.advance(30)
    box.records.tick()
    box.records.tick()
    shown = run(served, "show")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == "Recordings: 0, of them on hold: 0"
    assert lines[1].endswith("Recordings: 2.")
    assert lines[2] == "signed: --out writes the signed file"
    assert "may remain: The memory card may keep old blocks" in shown.stdout
    files = [tmp_path / f"{reader}.certificate.jsonl" for reader in ("caller", "office")]
    for path, reader in zip(files, ("caller", "office"), strict=True):
        done = run(served, "show", "--out", str(path), "--for", reader)
        assert (done.exit_code, done.stdout) == (0, f"{path}: {path.stat().st_size} bytes.\n")
        read = read_certificate(path.read_bytes())
        assert (read.certificate.everything, read.certificate.reader.value) == (True, reader)
    box.audit.sign_head()
    log = str(served.data / "audit")
    held = CliRunner().invoke(verify_proof, [*map(str, files), "--audit", log])
    assert held.exit_code == 0, held.output
    assert "all of this device: 2" in held.output


def test_cancelled(served: Served) -> None:
    run(served, "ask", "--ground", "unlawful")
    order = json.loads(run(served, "show", "--json").stdout)["order"]["id"]
    assert run(served, "cancel", order, name="Ola").stdout == "Cancelled; nothing was erased.\n"
    assert run(served, "show").exit_code == 0
