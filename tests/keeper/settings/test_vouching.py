"""Let an administrator alone vouch for a voice, by name, and nobody by a draft of settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.config.kept import in_force
from appliance.config.read import trial_text
from appliance.link.requests.settings import VouchVoice
from tests.keeper.boxes import set_up
from tests.keeper.settings.changing import Office
from tests.model.refusals import refuses

VOICE = "RHVoice Natan-German"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = set_up(tmp_path / "data", seed_text=trial_text())
    yield Office(made, made.log_in())
    made.keeper.close()


def vouch(office: Office, language: str = "de", voice: str = VOICE, base: int | None = None) -> Any:
    base = office.show().version if base is None else base
    return office.box.ask(VouchVoice(base, language, voice), office.token)


def test_it_is_kept_with_name_and_day(office: Office) -> None:
    assert vouch(office).mistakes == ()

    heard = in_force(office.box.folders, office.box.seed).config.office.voices
    assert heard is not None
    assert heard.de is not None
    assert (heard.de.words, heard.de.by) == (VOICE, "Ewa Nowak")
    assert (heard.pl, heard.en) == (None, None)
    assert office.pause(7).mistakes == (), "what holds may stay in a draft"


def test_no_draft_vouches(office: Office) -> None:
    values = office.values()
    word = {"by": "Adam", "day": "2026-12-01", "words": VOICE}
    values["office"]["voices"] = {"de": word}
    told = office.change(values).mistakes
    assert [(each.place, each.code) for each in told] == [
        (("office", "voices", "de"), "vouched_there")
    ]

    vouch(office)
    values["office"]["voices"] = {"de": word | {"words": "espeak-ng de+f3"}}
    assert [each.code for each in office.change(values).mistakes] == ["vouched_there"]
    del values["office"]["voices"]
    assert office.change(values).mistakes == (), "who takes it back lets no line ask"


@pytest.mark.parametrize(
    ("language", "voice"), [("fr", VOICE), ("de", ""), ("de", "x" * 500), ("de", "a\nb")]
)
def test_nothing_odd_is_written(office: Office, language: str, voice: str) -> None:
    before = office.text()
    assert vouch(office, language, voice).mistakes
    assert office.text() == before


def test_who_saw_older_settings_looks_again(office: Office) -> None:
    office.pause(7)
    with refuses("settings_changed"):
        vouch(office, base=0)
