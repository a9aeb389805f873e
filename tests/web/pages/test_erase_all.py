"""The page on which everything is erased: asked for, confirmed, cancelled, certified."""

import re

import pytest
from msgspec import structs

from appliance.errors import EraserFailed
from appliance.model.sentences.faults import in_words
from appliance.vault.certificate import read_certificate
from tests.boxes import PASSWORD
from tests.web.conftest import Browser, Panel

ADAM, POLA, LENA = "Adam Admin", "Pola Officer", "Lena Listener"
EN = {"Accept_Language": "en"}


def order(page: str) -> str:
    found = re.search(r'name="order" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def ask(browser: Browser, **more: str) -> int:
    form = {"ground": "no_longer_needed", "sure": "yes", "password": PASSWORD} | more
    return browser.send("/erase-all", **form).status_code


def confirm(browser: Browser, id: str, **more: str) -> int:
    form = {"order": id, "sure": "yes", "confirm-password": PASSWORD} | more
    return browser.send("/erase-all/confirm", **form).status_code


def settle(panel: Panel) -> None:
    box = panel.box.keeper.box
    assert box is not None
    panel.box.clock.advance(30)
    box.records.tick()
    box.records.tick()


def test_asked_for_shown_to_others_confirmed_and_certified(panel: Panel) -> None:
    rid = panel.record()
    adam, pola = panel.log_in(ADAM), panel.log_in(POLA)
    assert "1 recording is on this device" in adam.get("/erase-all", **EN).text
    assert ask(adam) == 303
    mine = adam.get("/erase-all", **EN).text
    assert "All recordings will be erased in 24 h 0 min." in mine
    assert "somebody else has to confirm it" in mine
    assert "/erase-all/confirm" not in mine
    assert "All recordings will be erased: a request waits." in pola.get("/", **EN).text
    theirs = pola.get("/erase-all", **EN).text
    assert ADAM in theirs
    assert confirm(pola, order(theirs)) == 303
    assert pola.get("/erase-all", **EN).status_code in {302, 303}, "everybody is logged out"
    settle(panel)
    again = panel.log_in(POLA)
    page = again.get("/erase-all", **EN).text
    assert "Record of the erasure of all recordings" in page
    assert "Made from the activity log" not in page
    for reader in ("caller", "office"):
        link = f"/erase-all/certificate/{reader}.jsonl"
        assert f'href="{link}"' in page
        made = read_certificate(again.get(link).data).certificate
        assert (made.everything, made.reader.value) == (True, reader)
        assert made.recordings == (1 if reader == "office" else None)
    assert "all of this device" in page
    assert re.search(r"Signed head behind it</dt><dd>not finished yet<", page)
    assert again.get("/erase-all/certificate/authority.jsonl").status_code == 404
    assert (ADAM in page, POLA in page) == (True, True)
    assert "The memory card may keep old blocks" in page
    assert again.get(f"/calls/{rid}", **EN).headers["Location"].endswith("/certificate")
    assert (
        "The key of this recording was destroyed."
        in again.get(f"/calls/{rid}/certificate", **EN).text
    )
    assert "a request waits" not in again.get("/", **EN).text


WAITS = {
    "en": "All recordings are erased; the certificate is signed within a minute.",
    "pl": "Wszystkie nagrania usunięto; zaświadczenie zostanie podpisane w ciągu minuty.",
    "de": "Alle Aufnahmen sind gelöscht; die Bescheinigung wird innerhalb einer Minute signiert.",
}
UNREADABLE = {
    "en": "cannot be read, and cannot be handed out",
    "pl": "nie można odczytać ani wydać",
    "de": "nicht lesbar und kann nicht ausgehändigt werden",
}


@pytest.mark.parametrize("language", sorted(WAITS))
def test_one_that_waits_and_one_that_cannot_be_read_are_called_that(
    panel: Panel, language: str
) -> None:
    panel.record()
    adam, pola = panel.log_in(ADAM), panel.log_in(POLA)
    assert ask(adam) == 303
    assert confirm(pola, order(pola.get("/erase-all", **EN).text)) == 303
    box = panel.box.keeper.box
    assert box is not None
    panel.box.clock.advance(30)
    box.records.tick()
    again = panel.log_in(POLA)
    page = again.get("/erase-all", Accept_Language=language).text
    assert WAITS[language] in page
    assert 'data-state="waits" data-again' in page
    assert "/erase-all/certificate/" not in page
    box.records.tick()
    (row,) = box.records.ledger.certificates().values()
    box.records.ledger.change_certificates([structs.replace(row, sealed=row.sealed[::-1])])
    page = again.get("/erase-all", Accept_Language=language).text
    assert UNREADABLE[language] in page
    assert "/erase-all/certificate/" not in page
    assert "data-again" not in page
    assert again.get("/erase-all/certificate/office.jsonl").status_code == 404


def test_each_mistake_has_its_sentence(panel: Panel) -> None:
    panel.record()
    adam, pola = panel.log_in(ADAM), panel.log_in(POLA)
    assert ask(adam, sure="") == 400
    assert ask(adam, ground="because") == 400
    assert ask(adam, password="not the right one at all") == 400
    assert ask(adam) == 303
    assert ask(adam) == 409
    id = order(pola.get("/erase-all").text)
    assert confirm(adam, id) == 409, "it is one's own"
    assert confirm(pola, id, sure="") == 400
    assert confirm(pola, "0" * 8) == 409
    assert confirm(pola, id, **{"confirm-password": "not the right one"}) == 400
    assert pola.send("/erase-all/cancel", order=id).status_code == 303
    assert pola.send("/erase-all/cancel", order=id).status_code == 409
    assert "Nothing was erased." in pola.get("/erase-all?done=cancelled", **EN).text


def test_a_recording_on_hold_is_named(panel: Panel) -> None:
    rid = panel.record()
    box = panel.box.keeper.box
    assert box is not None
    box.keyring.change([rid], lambda _, entry: structs.replace(entry, held=True))
    adam = panel.log_in(ADAM)
    assert rid in adam.get("/erase-all", **EN).text
    assert ask(adam) == 409
    assert ask(adam, held=rid) == 303
    assert "(1 of them on hold)" in adam.get("/erase-all", **EN).text


def test_a_failure_is_shown_on_every_page_that_could_call_it_done(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.record()
    adam, pola = panel.log_in(ADAM), panel.log_in(POLA)
    ask(adam)
    box = panel.box.keeper.box
    assert box is not None

    def broken(generation: int) -> bytes:
        raise EraserFailed(in_words("chip_silent", path="/eeprom", detail="Input/output error"))

    monkeypatch.setattr(box.eraser, "prepare", broken)
    confirm(pola, order(pola.get("/erase-all").text))
    page = panel.log_in(POLA).get("/erase-all", **EN).text
    assert "It has FAILED so far." in page
    assert "Record of the erasure of all" not in page
    detail = '<span lang="en">Input/output error</span>'
    assert f"The chip /eeprom does not answer: {detail}." in page
    for language, words in (("pl", "nie odpowiada"), ("de", "antwortet nicht")):
        told = panel.log_in(POLA).get("/erase-all", Accept_Language=language).text
        assert f"/eeprom {words}: {detail}." in told


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Usuń wszystkie nagrania"), ("de", "Alle Aufnahmen löschen")],
)
def test_it_speaks_the_readers_language(panel: Panel, language: str, words: str) -> None:
    assert words in panel.log_in(ADAM).get("/erase-all", Accept_Language=language).text
