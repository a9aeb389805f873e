"""Install updates through the real RAUC, dm-verity, D-Bus and U-Boot's sector.

The machine is user-mode Linux, which Debian has for x86-64 alone. The systems are small stand-ins,
which nothing starts.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from card.bundle import COMPATIBLE, BundleError, Signing, make, manifest
from card.keys import Authority, new_signer, write, write_key
from card.keys import make as make_keys
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.card.update.machine import FRESH, SLOT_AT, SLOT_MIB, Machine, file_system, tool

pytestmark = [
    pytest.mark.root,
    pytest.mark.timeout(1800),
]

NEWER = "0.9.0"
ZGODA = 'cd "$ROOT" && PYTHONPATH=$ROOT .venv/bin/python -m appliance'
BEGIN = 'set -eu; ROOT=$(sed -n "s/.* zgoda.root=\\(\\S*\\).*/\\1/p" /proc/cmdline); '
CARRY_OUT = f"{BEGIN} echo install {'0' * 32} >/run/request; {ZGODA} update carry-out /run/request"

EACH = """
import json, os, subprocess, sys
from pathlib import Path
from appliance.card.update.install import InstallPlaces, install

name = Path("/dev/disk/by-id/usb-stick-0:0")
said, waited = {}, []

def wait(seconds):  # and only then udev names the stick
    waited.append(seconds)
    if len(waited) == 2:
        name.symlink_to(device)

for stick in sorted(Path("/run/host/sticks").iterdir()):
    loop = ["losetup", "--find", "--show", "--read-only", str(stick)]
    device = subprocess.run(loop, capture_output=True, text=True, check=True).stdout.strip()
    name.unlink(missing_ok=True)
    waited.clear()
    outcome = install(InstallPlaces(), lambda: 0.0, wait=wait).outcome
    sector = subprocess.run(["fw_printenv"], capture_output=True, text=True, check=True).stdout
    with open("/dev/ubda2", "rb") as slot:
        said[stick.stem] = [outcome, sector, any(slot.read())]
    subprocess.run(["losetup", "--detach", device], check=True)
Path("/run/host/said").write_text(json.dumps(said))
"""


class Workshop:
    """Systems, keys and bundles, all made here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.old = file_system(folder / "old.ext4", "the old system")
        self.new = file_system(folder / "new.ext4", "the new system")
        self.keys = folder / "keys"
        make_keys(self.keys, "development")
        self.ours = Signing(
            self.keys / "update.key", self.keys / "update.pem", self.keys / "ca.pem"
        )
        self.good = self.bundle("good")

    def bundle(
        self,
        name: str,
        version: str = NEWER,
        compatible: str = COMPATIBLE,
        format_: str = "verity",
        signing: Signing | None = None,
    ) -> Path:
        """Sign the new system."""
        path = self.folder / f"{name}.raucb"
        text = manifest(version, self.new.name, compatible).replace("verity", format_)
        make(self.new, path, text, signing or self.ours)
        return path

    def others(self) -> Signing:
        """Return the keys of somebody else, who has an authority of their own."""
        folder = self.folder / "others"
        make_keys(folder, "development")
        return Signing(folder / "update.key", folder / "update.pem", folder / "ca.pem")

    def for_no_code(self) -> Path:
        """Sign with a key that our own authority vouches for, and not for programs."""
        certificate = x509.load_pem_x509_certificate((self.keys / "ca.pem").read_bytes())
        key = load_pem_private_key((self.keys / "ca.key").read_bytes(), None)
        assert isinstance(key, EllipticCurvePrivateKey)
        since = certificate.not_valid_before_utc
        signer = new_signer(Authority(certificate, key), "Zgoda courier", since, code=False)
        folder, content = self.folder / "no-code", self.folder / "no-code" / "content"
        content.mkdir(parents=True)
        write(folder / "update.pem", signer[0])
        write_key(folder / "update.key", signer[1])
        (content / "manifest.raucm").write_text(manifest(NEWER, self.new.name))
        shutil.copy(self.new, content)
        keys = [f"--key={folder / 'update.key'}", f"--cert={folder / 'update.pem'}"]
        made = folder / "made.raucb"
        sign = [tool("rauc"), *keys, "bundle", str(content), str(made)]
        subprocess.run(sign, check=True, capture_output=True)
        return made

    def machine(self, name: str) -> Machine:
        """Write a card whose system A is the old one."""
        folder = self.folder / name
        folder.mkdir()
        return Machine.new(folder, self.keys / "ca.pem", self.old)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("updates"))


@pytest.fixture(scope="module")
def installed(workshop: Workshop) -> Machine:
    """A card onto which an update came from a stick."""
    machine = workshop.machine("installed")
    machine.stick(workshop.good)
    machine.run(f"{CARRY_OUT}; cp /data/update/story.json /run/host/")
    return machine


def story(machine: Machine) -> list[dict[str, object]]:
    told: list[dict[str, object]] = json.loads((machine.folder / "story.json").read_text())
    return told


def test_keys_of_another_authority_make_no_update(workshop: Workshop) -> None:
    strange = Signing(
        workshop.folder / "strange/update.key",
        workshop.folder / "strange/update.pem",
        workshop.keys / "ca.pem",
    )
    make_keys(strange.key.parent, "development")

    with pytest.raises(BundleError, match="signature verification failed"):
        workshop.bundle("strange", signing=strange)
    assert not (workshop.folder / "strange.raucb").exists()


def test_a_good_update_goes_into_the_other_system_and_starts_next(
    workshop: Workshop, installed: Machine
) -> None:
    assert installed.slot("B") == workshop.new.read_bytes()
    assert installed.slot("A") == workshop.old.read_bytes()
    assert installed.first() == "B"
    assert installed.says()["BOOT_B_LEFT"] == "3"
    (told,) = story(installed)
    assert (told["version"], told["slot"], told["outcome"]) == (NEWER, "B", "waits")


@pytest.mark.parametrize(("started", "outcome"), [("B", "runs"), ("A", "fell_back")])
def test_after_the_restart_the_story_says_which_system_runs(
    workshop: Workshop, installed: Machine, tmp_path: Path, started: str, outcome: str
) -> None:
    folder = tmp_path / "card"
    shutil.copytree(installed.folder, folder)
    machine = Machine(folder)

    settle = f"{BEGIN} {ZGODA} update settle; cp /data/update/story.json /run/host/"
    machine.run(settle, started)

    assert [told["outcome"] for told in story(machine)] == [outcome]


def spoilt(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.fixture(scope="module")
def refused(workshop: Workshop) -> tuple[Machine, dict[str, list[object]]]:
    """A card that was given each bad update, and what it said of each."""
    machine = workshop.machine("refused")
    good = workshop.good.read_bytes()
    bad: dict[str, Path | bytes] = {
        "other-ca": workshop.bundle("other-ca", signing=workshop.others()),
        "no-code": workshop.for_no_code(),
        "older": workshop.bundle("older", version="0.0.9"),
        "older-candidate": workshop.bundle("candidate", version="0.1.0-rc1"),
        "other-model": workshop.bundle("other-model", compatible="another-box"),
        "plain": workshop.bundle("plain", format_="plain"),
        "cut": good[: len(good) // 2],
        "empty": b"",
        "signature-spoilt": spoilt(good, len(good) - 12),  # in the signature itself
        "z-content-spoilt": spoilt(good, len(good) // 2),
    }
    (machine.folder / "sticks").mkdir()
    for name, what in bad.items():
        bundle = workshop.folder / f"{name}.given.raucb"
        bundle.write_bytes(what if isinstance(what, bytes) else what.read_bytes())
        machine.stick(bundle).rename(machine.folder / "sticks" / name)
    machine.stick(workshop.good, workshop.bundle("second")).rename(
        machine.folder / "sticks/several"
    )
    machine.stick().rename(machine.folder / "sticks/nothing")
    (machine.folder / "each.py").write_text(EACH)
    nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups rauc"
    machine.run(
        f"{BEGIN} cd $ROOT; "
        f"{nobody} install /run/host/none.raucb >/run/host/nobody 2>&1 && exit 1; "
        f"{nobody} status mark-active other >>/run/host/nobody 2>&1 && exit 1; "
        "PYTHONPATH=$ROOT .venv/bin/python /run/host/each.py"
    )
    return machine, json.loads((machine.folder / "said").read_text())


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ("other-ca", "signature"),
        ("no-code", "signature"),
        ("signature-spoilt", "signature"),
        ("plain", "signature"),
        ("older", "older"),
        ("older-candidate", "older"),
        ("other-model", "other_model"),
        ("cut", "damaged"),
        ("empty", "damaged"),
        ("several", "several"),
        ("nothing", "nothing"),
    ],
)
def test_a_bad_update_is_refused_and_nothing_changes(
    refused: tuple[Machine, dict[str, list[object]]], given: str, outcome: str
) -> None:
    _machine, said = refused
    fresh = "".join(f"{name}={FRESH[name]}\n" for name in sorted(FRESH))

    assert said[given] == [outcome, fresh, False]


def test_content_that_changed_after_its_signature_never_starts(
    workshop: Workshop, refused: tuple[Machine, dict[str, list[object]]]
) -> None:
    """Its signature is good: only the block that changed says so, while it is copied."""
    machine, said = refused

    assert said["z-content-spoilt"][0] == "damaged"
    assert machine.first() == "A"
    assert machine.says()["BOOT_B_LEFT"] == "0"
    assert machine.slot("A") == workshop.old.read_bytes()


def test_nobody_but_root_gives_rauc_orders(
    refused: tuple[Machine, dict[str, list[object]]],
) -> None:
    machine, _said = refused

    assert (machine.folder / "nobody").read_text().count("Rejected send message") >= 2


AS_UNIT = "setpriv --bounding-set -all,+sys_admin,+dac_read_search"
"""As ``zgoda-update.service`` has it."""
FETCHED = f"""{BEGIN}
# As on a card: a folder of the data partition, which the keeper's user alone writes to.
mkdir -p /data/zgoda/update /var/lib/zgoda
mount --bind /data/zgoda /var/lib/zgoda
cp /run/host/given.raucb /data/zgoda/update/bundle.raucb
chown -R 61101:61101 /data/zgoda; chmod 0700 /data/zgoda/update
chmod 0600 /data/zgoda/update/bundle.raucb
echo fetched {"0" * 32} >/run/request
carry_out() {{
    {AS_UNIT} bash -c 'cd "$0" && PYTHONPATH=$0 .venv/bin/python -m appliance update \\
        carry-out /run/request' "$ROOT"
}}
"""
AS_KEEPER = "setpriv --reuid=61101 --regid=61101 --clear-groups"
SWAP = """
import os, pathlib, time
file = os.open("/var/lib/zgoda/update/bundle.raucb", os.O_RDWR)
shown = pathlib.Path("/run/zgoda-update/percent")
while not shown.exists() or int(shown.read_text() or 0) < 30:
    pass
size = os.fstat(file).st_size
for at in range(64 * 1024, size - 64 * 1024, 4096):
    os.pwrite(file, b"swapped" * 585 + b"!", at)
os.fsync(file)
"""


@pytest.mark.parametrize("removed", [False, True])
def test_an_update_that_was_fetched_is_installed_though_its_name_leads_elsewhere_by_now(
    workshop: Workshop, tmp_path: Path, removed: bool
) -> None:
    """What was opened is what is installed: no path is walked a second time."""
    folder = tmp_path / "card"
    folder.mkdir()
    machine = Machine.new(folder, workshop.keys / "ca.pem", workshop.old)
    shutil.copy(workshop.good, folder / "given.raucb")
    meanwhile = f"""
({AS_KEEPER} bash -c 'until [[ -s /run/zgoda-update/fetched/bundle.raucb ]] ||
    grep -q zgoda-update/fetched /proc/mounts; do :; done
    rm /var/lib/zgoda/update/bundle.raucb
    ln -s /etc/shadow /var/lib/zgoda/update/bundle.raucb') &
"""
    machine.run(
        f"{FETCHED} {meanwhile if removed else ''} carry_out\n"
        "cp /data/update/story.json /run/host/; grep -c fetched /proc/mounts && exit 1; true"
    )

    assert machine.slot("B") == workshop.new.read_bytes()
    assert machine.first() == "B"
    (told,) = story(machine)
    assert (told["version"], told["slot"], told["outcome"]) == (NEWER, "B", "waits")


def test_bytes_that_are_swapped_under_way_are_refused_and_nothing_starts_them(
    workshop: Workshop, tmp_path: Path
) -> None:
    """The keeper's user owns the file, and writes into it once its signature was seen."""
    folder = tmp_path / "card"
    folder.mkdir()
    machine = Machine.new(folder, workshop.keys / "ca.pem", workshop.old)
    shutil.copy(workshop.good, folder / "given.raucb")
    (folder / "swap.py").write_text(SWAP)
    machine.run(
        f"{FETCHED} {AS_KEEPER} $ROOT/.venv/bin/python /run/host/swap.py & sleep 1\n"
        "carry_out; cp /data/update/story.json /run/host/"
    )

    assert [told["outcome"] for told in story(machine)] == ["damaged"]
    assert machine.first() == "A"
    assert machine.slot("A") == workshop.old.read_bytes()


MOMENTS = ["  0% ", " 20% Verifying signature done", " 40% Updating", " 70% ", " 99% ", "100% "]
BY_RAUC = """set -eu
mkdir -p /run/stick /data/update
mount -o ro /dev/disk/by-id/usb-stick-0:0 /run/stick
rauc install /run/stick/good.raucb"""
WATCHED = f"""({CARRY_OUT}) &
until read -r percent 2>/dev/null </run/zgoda-update/percent && ((percent > 45)); do :; done
echo "copying"; wait"""


def cut(machine: Machine, script: str, moment: str) -> bool:
    """Pull the plug as soon as the machine says something; say whether it did."""
    with machine.running(script) as process:
        assert process.stdout is not None
        return any(moment in line for line in iter(process.stdout.readline, ""))


def test_whenever_the_plug_is_pulled_a_whole_system_starts(workshop: Workshop) -> None:
    """Cut after cut on one card; at the end the update comes on all the same."""
    machine = workshop.machine("cut")
    machine.stick(workshop.good)
    for script, moment in [*((BY_RAUC, moment) for moment in MOMENTS), (WATCHED, "copying")]:
        machine.say(FRESH)
        machine.write(SLOT_AT["B"], bytes(SLOT_MIB << 20))

        assert cut(machine, script, moment), moment + machine.log()
        assert machine.slot("A") == workshop.old.read_bytes(), moment
        if machine.first() == "B":
            assert machine.slot("B") == workshop.new.read_bytes(), moment

    machine.run(f"{CARRY_OUT}; cp /data/update/story.json /run/host/")
    assert machine.first() == "B"
    assert machine.slot("B") == workshop.new.read_bytes()
    assert [told["outcome"] for told in story(machine)] == ["cut", "waits"]
