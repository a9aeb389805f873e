"""Test the doctor's findings on box and vault, with and without a recorder."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.card.files import AUTHORIZED_KEYS
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Vault
from appliance.keeper.doctor.box import examine_box, size
from appliance.keeper.doctor.eraser import examine_eraser
from appliance.keeper.doctor.machine import Machine
from appliance.keeper.doctor.vault import examine_vault
from appliance.link.operations import Role
from appliance.link.requests.doctor import Examine, ExamineLines, Findings
from appliance.link.server import Server
from appliance.model.findings import find
from appliance.vault.ahead import make
from appliance.vault.disk import Disk
from appliance.vault.pool import PoolContent, store
from tests.chips import new_chip
from tests.clocks import ManualClock
from tests.keeper.boxes import set_up
from tests.model.refusals import refuses
from tests.vaults import BOX_KEY, SIGNER

MIB = 1 << 20


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine in order: ext4, no swap, a clock chip, a time server."""
    root = tmp_path / "root"
    (root / "proc/self").mkdir(parents=True)
    (root / "sys/class/rtc/rtc0").mkdir(parents=True)
    mounts(root, "ext4")
    (root / "proc/meminfo").write_text("MemAvailable: 900000 kB\n")
    (root / "proc/swaps").write_text("Filename Type Size Used Priority\n")
    return Machine(root, lambda _: 50_000 * MIB, lambda: True)


def mounts(root: Path, kind: str, options: str = "rw") -> None:
    (root / "proc/self/mountinfo").write_text(f"1 0 8:1 / / {options} - {kind} /dev/x rw\n")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A data folder that is set up."""
    made = Folders(tmp_path / "data")
    made.data.mkdir(mode=0o700)
    made.recordings.mkdir()
    made.new.mkdir()
    for copy in made.keyring:
        copy.touch()
    pool(made, 100)
    return made


def pool(folders: Folders, count: int) -> None:
    keys = {f"{number:032x}": bytes(32) for number in range(count)}
    make(folders.new, keys, Disk())
    store(folders.pool, PoolContent(bytes(16), bytes(32), BOX_KEY, keys), SIGNER.sign)


def box(machine: Machine, data: Path, *, trusted: bool = True) -> dict[str, str]:
    """Look at the box, and return id -> sentence."""
    found = examine_box(machine, data, ManualClock(trusted=trusted))
    return {each.id: each.text for each in found}


def vault(folders: Folders, sheet: bool | None = True, **changes: object) -> dict[str, str]:
    """Look at the vault, and return id -> sentence."""
    config = replace(trial(), vault=Vault(**changes))  # type: ignore[arg-type] # any field
    return {each.id: each.text for each in examine_vault(config, folders, sheet)}


def test_a_box_in_order_has_nothing_amiss(machine: Machine, folders: Folders) -> None:
    found = list(examine_box(machine, folders.data, ManualClock()))
    assert {each.level for each in found} == {"ok"}
    assert {each.subject for each in found} == {"clock", "disk", "memory", "versions"}


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8ZQZ0qQZ0qQZ0qQZ0qQZ0qQZ0qQZ0qQZ0qQZ0qQZ0q anna"


def test_a_key_that_lets_in_root_is_told_with_its_fingerprint(
    machine: Machine, folders: Folders, tmp_path: Path
) -> None:
    """As ``ssh-keygen -l`` shows it to whoever has the key."""
    assert "ssh.root" not in box(machine, folders.data)

    place = machine.root / AUTHORIZED_KEYS.lstrip("/")
    place.parent.mkdir(parents=True)
    place.write_text(f"{KEY}\n")
    asked = ["ssh-keygen", "-l", "-f", str(place)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()[1]
    assert told.startswith("SHA256:")
    assert f"the key {told} can log in as root" in box(machine, folders.data)["ssh.root"]


class TestDisk:
    @pytest.mark.parametrize(
        ("free", "id"),
        [
            (63 * MIB, "disk.stopped"),
            (64 * MIB, "disk.full"),
            (255 * MIB, "disk.full"),
            (256 * MIB, "disk.scarce"),
            (2047 * MIB, "disk.scarce"),
            (2048 * MIB, "disk.room"),
        ],
    )
    def test_room(self, machine: Machine, folders: Folders, free: int, id: str) -> None:
        found = box(replace(machine, free_bytes=lambda _: free), folders.data)
        rooms = {"disk.stopped", "disk.full", "disk.scarce", "disk.room"}
        assert set(found) & rooms == {id}
        assert str(folders.data) not in found[id]

    def test_hours_are_those_above_the_least(self, machine: Machine, folders: Folders) -> None:
        hours = box(
            replace(machine, free_bytes=lambda _: 256 * MIB + 10 * 60_000_000), folders.data
        )
        assert "about 10 hours" in hours["disk.scarce"]

    @pytest.mark.parametrize(
        ("kind", "id"),
        [
            ("ext4", "disk.kind"),
            ("btrfs", "disk.kind"),
            ("vfat", "disk.rights"),
            ("exfat", "disk.rights"),
            ("tmpfs", "disk.gone"),
            ("nfs4", "disk.far"),
        ],
    )
    def test_kinds(self, machine: Machine, folders: Folders, kind: str, id: str) -> None:
        mounts(machine.root, kind)
        assert kind in box(machine, folders.data)[id]

    def test_a_disk_mounted_read_only_fails(self, machine: Machine, folders: Folders) -> None:
        mounts(machine.root, "ext4", "ro")
        assert "disk.read_only" in box(machine, folders.data)

    def test_a_slow_disk_is_told(self, folders: Folders, machine: Machine) -> None:
        clock = ManualClock()

        class Slow(Disk):
            def sync_all(self, fd: int) -> None:
                clock.advance(0.4)

        found = examine_box(replace(machine, disk=Slow()), folders.data, clock)
        assert "after 400 ms" in {each.id: each.text for each in found}["disk.slow"]

    def test_a_disk_that_takes_nothing_fails(self, machine: Machine, folders: Folders) -> None:
        class Broken(Disk):
            def sync_all(self, fd: int) -> None:
                raise OSError(5, "Input/output error")

        found = box(replace(machine, disk=Broken()), folders.data)
        assert "Input/output error" in found["disk.broken"]

    def test_a_folder_open_to_all_is_told(self, machine: Machine, folders: Folders) -> None:
        folders.data.chmod(0o755)
        assert f"chmod o-rw {folders.data}." in box(machine, folders.data)["disk.open"]

    def test_a_folder_that_is_a_file_fails(self, machine: Machine, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        found = box(machine, tmp_path / "file")
        assert [id for id in found if id.startswith("disk.")] == ["disk.no_folder"]

    def test_a_folder_that_is_not_there_yet(self, machine: Machine, tmp_path: Path) -> None:
        assert "disk.later" in box(machine, tmp_path / "later")

    def test_a_folder_of_somebody_else_fails(
        self, machine: Machine, folders: Folders, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert "disk.denied" in box(machine, folders.data)

    def test_a_disk_that_does_not_answer_fails(self, machine: Machine, folders: Folders) -> None:
        def dead(path: Path) -> int:
            raise OSError(5, "Input/output error")

        assert "disk.unknown" in box(replace(machine, free_bytes=dead), folders.data)


class TestClockAndMemory:
    def test_a_clock_that_was_never_set(self, machine: Machine, folders: Folders) -> None:
        assert "clock.unset" in box(machine, folders.data, trusted=False)

    def test_no_time_server_and_no_chip(self, machine: Machine, folders: Folders) -> None:
        (machine.root / "sys/class/rtc/rtc0").rmdir()
        found = box(replace(machine, synchronised=lambda: False), folders.data)
        assert {"clock.set", "clock.not_kept", "clock.no_chip"} <= set(found)

    def test_little_memory(self, machine: Machine, folders: Folders) -> None:
        (machine.root / "proc/meminfo").write_text("MemAvailable: 90000 kB\n")
        assert box(machine, folders.data)["memory.scarce"].startswith("Only 92 MB")

    def test_swap(self, machine: Machine, folders: Folders) -> None:
        (machine.root / "proc/swaps").write_text("Filename\n/swapfile file 1 0 -2\n")
        assert "memory.swap" in box(machine, folders.data)

    def test_32_bits(
        self, machine: Machine, folders: Folders, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
        assert "versions.narrow" in box(machine, folders.data)

    def test_sizes_are_written_for_people(self) -> None:
        assert size(79_300_000_000) == "79 GB"
        assert size(9_999_000_000) == "9999 MB"


class TestVault:
    def test_a_vault_in_order(self, folders: Folders) -> None:
        assert set(vault(folders)) == {"vault.E0", "vault.copies", "vault.sheet", "vault.keys"}

    def test_a_box_that_is_not_set_up(self, tmp_path: Path) -> None:
        assert set(vault(Folders(tmp_path))) == {"vault.E0", "vault.none"}

    def test_a_lost_copy_of_the_keyring(self, folders: Folders) -> None:
        folders.keyring[1].unlink()
        assert "vault.one_copy" in vault(folders)

    def test_a_sheet_that_nobody_typed_back(self, folders: Folders) -> None:
        found = vault(folders, sheet=False)
        assert "vault.no_sheet" in found
        assert "vault.keys" not in found

    def test_where_nobody_tells_of_the_sheet(self, folders: Folders) -> None:
        assert set(vault(folders, sheet=None)) == {"vault.E0", "vault.copies", "vault.keys"}

    def test_keys_that_recordings_have_used_are_not_ready(self, folders: Folders) -> None:
        pool(folders, 60)
        for number in range(12):
            (folders.new / f"{number:032x}").write_bytes(b"begun")
        assert vault(folders)["vault.few_keys"].startswith("Keys for only 48 more")
        pool(folders, 12)
        assert "vault.no_keys" in vault(folders)

    def test_a_pool_that_is_missing_or_damaged(self, folders: Folders) -> None:
        folders.pool.write_bytes(b"ZGODAPOL")
        assert "vault.bad_pool" in vault(folders)
        folders.pool.unlink()
        assert "vault.no_keys" in vault(folders)

    def test_the_boards_secret_must_be_there(self, folders: Folders, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        board: dict[str, Any] = {"eraser": "board", "board_secret": str(secret)}
        assert str(secret) in vault(folders, **board)["vault.no_secret"]
        secret.touch()
        assert "vault.E1" in vault(folders, **board)

    def test_the_chip_must_be_there_and_be_one(self, folders: Folders, tmp_path: Path) -> None:
        chip = tmp_path / "eeprom"
        eeprom: dict[str, Any] = {"eraser": "eeprom", "eeprom": str(chip)}
        assert str(chip) in vault(folders, **eeprom)["vault.no_chip"]
        chip.write_bytes(bytes(4096))
        assert str(chip) in vault(folders, **eeprom)["vault.chip_unfit"]

    def test_a_level_that_is_not_reached_yet_is_told(self) -> None:
        found = [one.id for one in examine_eraser(Vault(), "E0")]
        assert found == ["vault.E0"]
        (below, _) = examine_eraser(Vault(eraser="eeprom", eeprom="/none"), "E0")
        assert (below.id, below.values) == ("vault.below", {"level": "E0", "configured": "E2"})

    def test_a_chip_with_and_without_a_root(self, tmp_path: Path) -> None:
        chip = new_chip(tmp_path / "eeprom")
        settings = Vault(eraser="eeprom", eeprom=str(chip.path))
        assert [one.id for one in examine_eraser(settings, driver=chip.driver)] == [
            "vault.new_chip"
        ]
        chip.eraser().prepare(1)
        assert [one.id for one in examine_eraser(settings, driver=chip.driver)] == ["vault.E2"]
        chip.fail("read")
        (found,) = examine_eraser(settings, driver=chip.driver)
        assert found.id == "vault.chip_unfit"


def test_the_keeper_adds_what_the_recorder_sees(tmp_path: Path) -> None:
    box = set_up(tmp_path / "data", {"Adam Admin": frozenset({Role.ADMINISTRATOR})})
    token = box.log_in("Adam Admin")
    acts = box.acts()
    heard = find("lines.heard", line="Reception")

    alone = {each.id for each in box.ask(Examine(), token).found}
    server = Server(box.folders.recorder_socket, lambda *_: Findings((heard,)), {os.getuid()})
    server.start()
    try:
        together = {each.id for each in box.ask(Examine(), token).found}
    finally:
        server.stop()
        box.keeper.close()

    assert {"processes.recorder_away", "vault.sheet", "configuration.valid"} <= alone
    assert {"processes.recorder_runs", "lines.heard"} <= together
    assert box.acts()[: len(acts)] == acts
    assert "doctor" not in " ".join(box.acts())


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_nobody_else_is_told(tmp_path: Path, role: Role) -> None:
    box = set_up(tmp_path / "data", {"Ola": frozenset({role})})
    token = box.log_in("Ola")
    try:
        with refuses("forbidden"):
            box.ask(Examine(), token)
        with refuses("services_only"):
            box.ask(ExamineLines(), token)
    finally:
        box.keeper.close()
