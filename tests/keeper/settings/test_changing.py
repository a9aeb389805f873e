"""Change settings: on the record first, whole or not at all, with comments kept, and back."""

from dataclasses import replace

import pytest

from appliance.config.kept import SEED, Seed, in_force, read_kept, version_file
from appliance.keeper.settings.draft import rewritten
from appliance.link.requests.settings import ListVersions, ShowVersion
from tests.keeper.boxes import OWNER
from tests.keeper.desks import settings_of
from tests.keeper.settings.changing import Office, plain
from tests.model.refusals import refuses

INTEREST = {
    "pl": "wyjaśnianie awarii",
    "en": "following up fault reports",
    "de": "an der Klärung von Schadensmeldungen",
}
REASON = "Callers often dispute orders, so we need a record of what was agreed."


def test_the_seed_holds_until_somebody_changes_a_setting(office: Office) -> None:
    shown = office.show()
    assert (shown.version, shown.seed, shown.author) == (SEED, "none", None)
    assert shown.text == office.box.seed.text
    assert not office.box.folders.settings_now.exists()


def test_a_change_holds_for_every_process_and_keeps_the_comments(office: Office) -> None:
    changed = office.pause(5)
    assert (changed.version, changed.mistakes, changed.recorder) == (2, (), "away")
    held = in_force(office.box.folders, office.box.seed)
    assert held.config.office.pause_minutes == 5
    before = office.box.seed.text.splitlines()
    assert set(before) - set(held.text.splitlines()) == set()
    assert set(held.text.splitlines()) - set(before) == {"pause_minutes = 5"}


def test_it_is_on_the_record_before_it_holds(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    store = settings_of(office.box.keeper)._book.store
    keep = type(store).keep

    def keeping(*given: object) -> None:
        seen.append((office.box.newest().type, office.box.newest().detail))
        keep(*given)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(type(store), "keep", keeping)
    office.pause(5)
    assert seen == [("settings_changed", "v2")]
    assert office.box.acts()[-1] == "settings_changed"


def test_all_mistakes_come_at_once_and_nothing_is_kept(office: Office) -> None:
    values = office.values()
    values["office"] |= {"name": "", "country": "Poland", "pause_minutes": 99}
    values["line"][0]["purposes"] = ["traning"]
    values["purpose"][1]["retention_days"] = 9999
    acts = office.box.acts()
    changed = office.change(values)
    places = {".".join(map(str, each.place)) for each in changed.mistakes}
    assert places >= {
        *("office.name", "office.country", "office.pause_minutes"),
        *("line.0.purposes", "purpose.1.retention_days"),
    }
    assert office.attempt(values).mistakes == changed.mistakes
    assert (office.show().version, office.box.acts()) == (SEED, acts)
    assert not office.box.folders.settings_now.exists()


@pytest.mark.parametrize("kind", ["values", "text"])
def test_what_the_panel_may_not_say_is_told_beside_the_other_mistakes(
    fresh: Office, kind: str
) -> None:
    """Whoever mends one mistake is not met by the next, that was there all the time."""
    wrong = {"certificate": "/home/ewa/cert.pem", "key": "/home/ewa/key.pem", "host": "0.0.0.0"}  # noqa: S104
    values = fresh.values()
    values["office"]["name"] = ""
    values["vault"] = values.get("vault", {}) | {"eraser": "board", "board_secret": "/etc/shadow"}
    values["panel"] = wrong
    values["line"][0]["hook"] = {"driver": "monitor", "dialect": "lm1", "port": "/etc/passwd"}
    for role in ("audio", "prompt"):
        values["line"][0][role] = {"driver": "sound", "card": "LineTap"}
    sent = rewritten(fresh.show().text, values).encode() if kind == "text" else values
    told = fresh.attempt(sent, kind)
    places = {each.place for each in told.mistakes}
    assert places == {
        ("office", "name"),
        ("vault", "eraser"),
        ("vault", "board_secret"),
        *(("panel", key) for key in wrong),
        ("line", 0, "hook", "port"),
    }
    assert told.version == fresh.show().version


@pytest.mark.parametrize(
    ("section", "changes", "place"),
    [
        ("panel", {"certificate": 7, "key": "/etc/zgoda/tls/k.pem"}, ("panel", "certificate")),
        ("panel", {"host": "0.0.0.0", "names": ["no name"]}, ("panel", "names")),  # noqa: S104
        ("vault", {"pool_ahead": "many"}, ("vault", "pool_ahead")),
    ],
)
def test_what_could_not_be_read_makes_no_further_mistake(
    office: Office, section: str, changes: dict[str, object], place: tuple[str, ...]
) -> None:
    values = office.values()
    values[section] = values.get(section, {}) | changes
    told = office.attempt(values)
    assert {each.place for each in told.mistakes} - {("panel", "key")} == {place}


def test_versions_say_who_and_when_and_can_be_gone_back_to(office: Office) -> None:
    office.pause(5)
    office.box.clock.advance(60)
    office.pause(7)
    listed = office.box.ask(ListVersions(), office.token)
    assert [row.version for row in listed.versions] == [3, 2, 1]
    newest = listed.versions[0]
    assert (newest.name, newest.sections) == (OWNER, ("office",))
    assert newest.at == office.box.clock.now()
    shown = office.box.ask(ShowVersion(3), office.token)
    assert [(d.place, d.before, d.after) for d in shown.differences] == [
        (("office", "pause_minutes"), "5", "7")
    ]
    back = office.back(2)
    assert back.version == 4
    assert plain(office.text())["office"]["pause_minutes"] == 5
    assert office.box.ask(ListVersions(), office.token).versions[0].undone == 2
    office.back(SEED)
    assert office.text() == office.box.seed.text


def test_of_two_administrators_the_later_one_is_told(office: Office) -> None:
    values = office.values()
    values["office"]["name"] = "Kancelaria Kowalska"
    office.pause(5)
    with refuses("settings_changed") as refused:
        office.change(values, base=SEED)
    assert refused.value.code == "settings_changed"
    assert plain(office.text())["office"]["pause_minutes"] == 5


def test_nothing_changed_makes_no_version(office: Office) -> None:
    assert office.change().version == SEED
    office.pause(5)
    acts = office.box.acts()
    assert (office.change().version, office.box.acts()) == (2, acts)


def test_a_justification_is_confirmed_by_a_named_person(office: Office) -> None:
    values = office.values()
    purpose = values["purpose"][1]
    purpose |= {
        "basis": "legitimate_interests",
        "justification": "x",
        "interest_says": INTEREST,
    }
    values["line"][0] |= {"purposes": ["training"], "choices": {"1": ["training"], "2": []}}
    assert [each.place for each in office.change(values).mistakes] == [
        ("purpose", 1, "justification")
    ]
    purpose["justification"] = REASON
    asked = office.change(values)
    assert [(each.kind, each.words) for each in asked.statements][:1] == [("justified", REASON)]
    assert office.show().version == SEED
    both = "justified.quality", "words.quality"  # the interest is spoken, too
    assert office.change(values, *both).version == 2
    (row, *_) = office.box.ask(ListVersions(), office.token).versions
    assert (row.name, row.confirmed) == (OWNER, both)
    values = office.values()
    purpose = values["purpose"][1]
    values["office"]["pause_minutes"] = 9
    assert office.change(values).version == 3, "what was confirmed is not asked again"
    purpose["justification"] = REASON + " Really."
    assert office.change(values).statements, "other words are asked for again"


def test_a_basis_that_hardly_ever_fits_needs_two_confirmations(office: Office) -> None:
    values = office.values()
    values["purpose"][1]["basis"] = "vital_interests"
    values["line"][0] |= {"purposes": ["training"], "choices": {"1": ["training"], "2": []}}
    asked = office.change(values)
    codes = [each.code for each in asked.statements]
    assert codes == ["fits.quality", "advised.quality"]
    assert [each.code for each in office.change(values, codes[0]).statements] == codes[1:]
    assert office.change(values, *codes).version == 2


def test_a_seed_that_somebody_changes_by_hand_is_told(office: Office) -> None:
    office.pause(5)
    other = office.box.seed.text.replace("Kancelaria Nowak sp. k.", "Kancelaria Wójcik")
    office.box.seed = Seed("trial.toml", other)
    office.box.config = replace(office.box.config)
    office.box.restart()
    token = office.box.log_in()
    again = Office(office.box, token)
    assert again.show().seed == "changed"
    assert "seed_changed" in office.box.acts()
    assert plain(again.text())["office"]["pause_minutes"] == 5, "it does not hold"
    assert again.back(SEED).version == 3
    assert again.show().seed == "same"
    assert "Wójcik" in again.text()


def test_a_damaged_file_is_put_back_from_its_copy(office: Office) -> None:
    office.pause(5)
    folders = office.box.folders
    good = folders.settings_now.read_bytes()
    for bad in (b"", good[:-40], good[: len(good) // 2], good.replace(b"= 5", b"= 9"), b"\xff\xfe"):
        folders.settings_now.write_bytes(bad)
        assert in_force(folders, office.box.seed).config.office.pause_minutes == 5
        office.box.restart()
        assert folders.settings_now.read_bytes() == good
        assert office.box.newest().type == "settings_restored"


def test_where_no_copy_is_left_the_keeper_serves_and_somebody_goes_back(office: Office) -> None:
    office.pause(5)
    office.pause(6)
    folders = office.box.folders
    for path in (folders.settings_now, version_file(folders, 3)):
        path.write_bytes(path.read_bytes()[:-3])
    office.box.restart()
    again = Office(office.box, office.box.log_in())
    assert [each.code for each in again.show().problem] == ["kept_cut", "kept_cut"]
    assert again.back(2).version == 4
    assert again.show().problem == ()
    assert read_kept(folders.settings_now).version == 4
    assert plain(again.text())["office"]["pause_minutes"] == 5


def test_a_text_without_a_last_newline_is_kept_as_well(office: Office) -> None:
    office.box.seed = Seed("trial.toml", office.box.seed.text.rstrip())
    office.box.restart()
    again = Office(office.box, office.box.log_in())
    again.write(again.show().text.replace('country = "PL"', 'country = "DE"').rstrip())
    office.box.restart()
    last = Office(office.box, office.box.log_in())
    assert (last.show().version, last.show().problem) == (2, ())
    assert "settings_restored" not in office.box.acts()
    assert plain(last.text())["office"]["country"] == "DE"
