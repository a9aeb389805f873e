"""Ask a German box for its list as the panel does, and read what its recorder is told."""

from pathlib import Path

from appliance.link.operations import Role
from appliance.link.requests.papers.speakers import (
    AddSpeaker,
    AllSpeakers,
    LineSpeakers,
    ShowSpeakers,
    VouchSpeakers,
)
from appliance.model.rule import SpeakersFile
from appliance.structs import from_json
from tests.keeper.boxes import KeeperBox

LINE = "Reception"
SEED = Path("appliance/config/trial.toml").read_text("utf-8").replace('"PL"', '"DE"')
PEOPLE = {"Olga": frozenset({Role.PRIVACY_OFFICER})}
EARLIER = "2026-09-01"


def shown(box: KeeperBox, token: str, line: str = LINE) -> LineSpeakers:
    found: AllSpeakers = box.ask(ShowSpeakers(), token)
    (one,) = [each for each in found.lines if each.line == line]
    return one


def add(
    box: KeeperBox, token: str, name: str, day: str = EARLIER, line: str = LINE
) -> LineSpeakers:
    return box.ask(AddSpeaker(line=line, person_name=name, day=day), token)


def vouch(box: KeeperBox, token: str, line: str = LINE) -> LineSpeakers:
    return box.ask(VouchSpeakers(line=line, mark=shown(box, token, line).mark), token)


def written(box: KeeperBox) -> SpeakersFile:
    """Return what the recorder reads."""
    return from_json(box.folders.speakers.read_bytes(), SpeakersFile)


def told(box: KeeperBox) -> dict[str, int]:
    """Return what the recorder is told: line -> how many speak there."""
    return {line: one.sealed.count for line, one in written(box).lines.items()}
