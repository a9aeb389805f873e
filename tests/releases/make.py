"""Make what a release leaves behind, with its own code: ``python -m tests.releases.make``.

A data folder, the configuration that it began with, and a backup medium, as one archive; beside it
what the release answers about them, with every password and the recovery sheet.
"""

import hashlib
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pyotp
from msgspec import structs

from appliance import __version__
from appliance.clock import DAY, day_of
from appliance.commands.call import place
from appliance.config.read import trial_text
from appliance.exchange.scene import Scene
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.storage.case_rows import CaseEntry, EndedPurposes, EndingEntry
from appliance.link.operations import Role
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import (
    AddNumber,
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    Recipient,
    ShowCall,
    ShowCertificate,
    VerifyCalls,
)
from appliance.link.requests.exempt import AddExempt
from appliance.link.requests.login import LogOut
from appliance.link.requests.me import BeginTotp, ChangePassword, ConfirmTotp, MakeBackupCodes
from appliance.link.requests.people import AddPerson
from appliance.link.requests.processes.prompts_in_use import PromptInUse, PromptsInUse
from appliance.prompts.recorded import keep
from appliance.prompts.shipped import shipped
from tests.boxes import PASSWORD
from tests.files import whole_file
from tests.keeper.backup.copies import backups, point_to
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.keeper.settings.changing import Office
from tests.prompts.short import short_trial
from tests.prompts.test_recorded import recording
from tests.small.media import any_taken
from tests.small.reserve import keep_small
from tests.stateful.recorder import Recorder

HERE = Path(__file__).parent
LISTENER, OFFICER = "Jan Kowalski", "Maria Żak"
PASSWORDS = {
    OWNER: PASSWORD,
    LISTENER: "purple monkey dishwasher",
    OFFICER: "seven wet umbrellas dance",
}
CALLER, SECOND, EXEMPT, ADDED = (
    *("+48 22 555 01 23", "+48 22 555 01 77"),
    *("+48 22 555 01 99", "+48 22 555 01 44"),
)
CONFIGURATION = f"""{trial_text()}
[vault]
pool_ahead = 16

[backup]
folder = "/mnt/zgoda-backup"
"""


@dataclass
class Making:
    """A box that a release fills."""

    folder: Path
    box: KeeperBox
    calls: dict[str, str] = field(default_factory=dict)
    """Whole, held, … -> the recording."""

    said: dict[str, Any] = field(default_factory=dict)
    """What is told beside the archive."""

    @property
    def recordings(self) -> Any:
        """Return what works on the recordings of the open vault."""
        assert self.box.keeper.box is not None
        return self.box.keeper.box.records.recordings

    def settle(self) -> None:
        """Let half a minute pass, after which an erasure is final."""
        for _ in range(2):
            self.box.clock.advance(40)
            assert self.box.keeper.box is not None
            self.box.keeper.box.records.tick()

    def call(self, number: str, answer: str = "1") -> str:
        """Let a call happen on the simulated line; return its recording, or nothing."""
        self.box.clock.advance(60)
        scene = Scene.ordinary(number, answer, talk=0.5)
        ours = short_trial()
        ours = replace(ours, vault=replace(ours.vault, pool_ahead=12))
        witness = place(ours, self.box.folders, self.box.clock, scene)
        return witness.recording or ""

    def ask(self, operation: Any, token: str) -> Any:
        """Ask the keeper."""
        return self.box.ask(operation, token)


def make(folder: Path) -> dict[str, Any]:
    """Make data folder and medium below a folder; return what the release says of them."""
    box = set_up(folder / "data", seed_text=CONFIGURATION)
    made = Making(folder, box)
    (folder / "zgoda.toml").write_text(CONFIGURATION, "utf-8")
    token = box.log_in()
    for step in (_people, _settings, _words, _calls, _treat, _copy, _erase):
        step(made, token)
        made.settle()
    box.clock.advance(DAY)
    token = box.log_in()
    _answers(made, token)
    made.ask(LogOut(), token)
    box.keeper.close()
    waiting = Recorder(box.folders, box.clock, "b00710").begin({"training": 9}, 1, seed=2)
    waiting.speak(1)
    waiting.hang_up()  # nobody has taken up what is recorded now, and notes wait, too
    made.calls["waiting"] = waiting.parts[0].rid
    made.call(SECOND, answer="2")
    box.folders.reserve.unlink()  # 16 MiB of nothing, which any keeper makes anew
    rmtree(box.folders.data / "run")  # ends with the machine
    return _told(made)


def _people(made: Making, token: str) -> None:
    for name, role in ((LISTENER, Role.LISTENER), (OFFICER, Role.PRIVACY_OFFICER)):
        once = made.ask(AddPerson(name, (role,), PASSWORD), token).password
        own = made.box.log_in(name, once)
        own = made.ask(ChangePassword(once, PASSWORDS[name]), own).token
        if role is Role.PRIVACY_OFFICER:
            secret = made.ask(BeginTotp(PASSWORDS[name]), own).secret
            made.ask(ConfirmTotp(_code(made, secret)), own)
            made.box.clock.advance(60)
            codes = MakeBackupCodes(PASSWORDS[name], _code(made, secret))
            made.said["authenticator"] = secret
            made.said["backup_code"] = made.ask(codes, own).codes[0]
        made.ask(LogOut(), own)


def _code(made: Making, secret: str) -> str:
    return pyotp.TOTP(secret).at(int(made.box.clock.now()))


def _settings(made: Making, token: str) -> None:
    office = Office(made.box, token)
    office.pause(7)
    office.pause(9)
    office.back(2)
    made.said["settings"] = {"version": 4, "pauses": {"2": 7, "3": 9, "4": 7}}


def _words(made: Making, token: str) -> None:
    """Keep a person's recording of the question, and the sound of a confirmation."""
    config = made.box.config
    entry, sound = recording(config, config.lines[0])
    keep(made.box.folders.own_voice, entry, sound)
    brief = min(shipped().entries.values(), key=lambda each: each.samples)
    raw = shipped().sound(brief).tobytes()
    used = PromptInUse(
        sha256=brief.sha256,
        spoken=brief.spoken,
        id=brief.spoken.value,
        language=brief.language,
        text=brief.text,
        voice=brief.title,
    )
    made.recordings.prompts.note(
        PromptsInUse(prompts=(used,), days=90), None, {brief.sha256: raw}.__getitem__
    )
    made.said["own_prompt"], made.said["said"] = entry.sha256, brief.sha256


def _calls(made: Making, token: str) -> None:
    keeper, folders = made.box.keeper, made.box.folders
    for name, number in (
        *(("whole", CALLER), ("held", CALLER), ("restricted", SECOND)),
        *(("erased", CALLER), ("unknown", ""), ("cut", CALLER)),
    ):
        made.calls[name] = made.call(number)
    path = folders.new / made.calls["cut"]
    with path.open("r+b") as file:  # the power goes while the last frame is written
        file.truncate(path.stat().st_size - 4096 - 1000)
    recorder = Recorder(folders, made.box.clock, "b00710")
    keeper.meet_recorder(recorder.origin.public)
    call = recorder.begin({"training": 9}, 2, seed=1)
    call.speak(1)
    call.stumble()  # the disk fails once: the call goes on in another file
    call.hang_up()
    made.calls["begun"], made.calls["continued"] = (part.rid for part in call.parts)
    keeper.take_up()


def _treat(made: Making, token: str) -> None:
    hold = HoldCall(made.calls["held"], HoldGround.CLAIMS, "Skarga z września", "2027-06-30")
    made.ask(hold, token)
    made.ask(AddNumber(made.calls["unknown"], ADDED), token)
    made.ask(AddExempt(EXEMPT), token)
    assert made.box.keeper.box is not None
    made.box.keeper.box.keyring.change(  # no operation does this yet
        [made.calls["restricted"]], lambda _, entry: structs.replace(entry, restricted=True)
    )
    shown = made.ask(ShowCall(made.calls["restricted"]), token)
    _desk(made, shown.call.recording, shown.call.meta.purposes[0])


def _desk(made: Making, rid: str, purpose: str) -> None:
    """Enter a case, and take a purpose of a recording back in it; no operation does this yet."""
    assert made.box.keeper.box is not None
    records, today = made.box.keeper.box.records, day_of(made.box.clock.now())
    kept = records.recordings.words
    with kept.writing():
        words = kept.seal("Cofam zgodę na szkolenia", "case")
        entry = CaseEntry(
            case=words.case,
            kind="withdrawal",
            channel="letter",
            received=today,
            due=today + 31,
            author="0a0b0c0d",
            at=made.box.clock.now(),
            recordings=(rid,),
            words=words,
        )
        records.ledger.keep_cases([entry])
        ending = EndedPurposes(
            case=words.case,
            purposes=(purpose,),
            places=(0,),
            day=today,
            due=made.box.keeper.box.keyring.entry(rid).due_day or 0,
            author="0a0b0c0d",
            at=made.box.clock.now(),
            words=words,
        )
        records.ledger.keep_endings([EndingEntry(recording=rid, endings=(ending,))])
    made.box.keeper.box.keyring.change(
        [rid], lambda _, entry: structs.replace(entry, ended_purposes=1, ended_day=today)
    )
    made.said["desk"] = {
        **{"case": words.case, "day": today, "words": "Cofam zgodę na szkolenia"},
        "purpose": purpose,
    }


def _copy(made: Making, token: str) -> None:
    stick = made.folder / "stick"
    stick.mkdir()
    prepare(stick).close()
    point_to(made.box, stick)
    backups(made.box)._wanted = True
    assert backups(made.box).run(), backups(made.box).seen().trouble
    point_to(made.box, None)


def _erase(made: Making, token: str) -> None:
    """Erase one call behind the copy: the certificate names the medium."""
    made.ask(EraseCall(made.calls["erased"], Ground.UNLAWFUL, "Zapisane przez pomyłkę"), token)


def _answers(made: Making, token: str) -> None:
    """Note what the release says of everything."""
    found = made.ask(ListCalls(per_page=200), token)
    verdicts = made.ask(VerifyCalls(), token).verdicts
    certificate = made.ask(ShowCertificate(made.calls["erased"]), token)
    made.said |= {
        "listed": {
            one.recording: {
                "number": one.number,
                "seconds": one.seconds,
                "verdict": one.verdict,
                "held": one.held,
                "restricted": one.restricted,
                "due_day": one.due_day,
                "wav_sha256": None if one.restricted else _wav(made, one.recording, token),
            }
            for one in found.calls
        },
        "verdicts": verdicts,
        "certificate": [certificate.state, certificate.ground, certificate.level, certificate.seq],
        "counts": made.ask(GetCounts(), token).rows,
    }


def _wav(made: Making, rid: str, token: str) -> str:
    asked = ExportCall(rid, recipient=Recipient.CALLER, words="Anna Żółć")
    answer: Any = made.box.keeper.handle(asked, token)
    _, raw = whole_file(answer)
    return hashlib.sha256(raw).hexdigest()


def _told(made: Making) -> dict[str, Any]:
    folders = made.box.folders
    *_, (entry, digest) = readable(folders.audit)
    return {
        "made_by": __version__,
        "at": made.box.clock.now(),
        "sheet": made.box.sheet,
        "passwords": PASSWORDS,
        "numbers": {"caller": CALLER, "second": SECOND, "exempt": EXEMPT, "added": ADDED},
        "calls": made.calls,
        **made.said,
        "audit": {"entries": entry.seq, "head": digest},
        "files": sorted(
            path.relative_to(made.folder).as_posix()
            for path in made.folder.rglob("*")
            if path.is_file()
        ),
    }


def _owned_by_nobody(at: float) -> Callable[[tarfile.TarInfo], tarfile.TarInfo]:
    """Return what leaves out who made a file, and when."""

    def strip(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = int(at)
        return entry

    return strip


def main() -> None:
    """Make the archive of this release and its answers, unless they are there."""
    archive = HERE / f"{__version__}.tar.xz"
    keep_small()
    with tempfile.TemporaryDirectory() as made, any_taken():
        said = make(Path(made))
        with tarfile.open(archive, "x:xz", preset=9) as packed:
            for name in ("data", "stick", "zgoda.toml"):
                packed.add(Path(made) / name, name, filter=_owned_by_nobody(said["at"]))
    answers = json.dumps(said, indent=1, ensure_ascii=False, default=str)
    archive.with_name(f"{__version__}.json").write_text(answers + "\n", "utf-8")


if __name__ == "__main__":
    main()
