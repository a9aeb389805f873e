"""Show the office a certificate: one done, one with a call kept, one unreadable."""

import re

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.records import Records
from appliance.vault.certificate import read_certificate
from appliance.vault.opening.erasers.file import FileEraser
from tests.web.conftest import Browser, Panel
from tests.web.lists.test_several import chosen

TAKE = re.compile(r'href="(/calls/[0-9a-f]{32}/certificate/(?:caller|office)\.jsonl)"')
UNREADABLE = {
    "en": "cannot be read, and cannot be handed out",
    "pl": "nie można odczytać ani wydać",
    "de": "nicht lesbar und kann nicht ausgehändigt werden",
}
SURFACED = {
    "en": "another part of the call, found since; it is to be erased by the same order",
    "pl": "kolejna część rozmowy, znaleziona później; ma zostać usunięta na podstawie tego samego "
    "zgłoszenia",
    "de": "ein weiterer Teil des Gesprächs, seither gefunden; wird auf denselben Auftrag hin "
    "gelöscht",
}
FAILED = "The erasure FAILED"


def records(panel: Panel) -> Records:
    assert panel.box.keeper.box is not None
    return panel.box.keeper.box.records


def settle(panel: Panel) -> None:
    for _ in range(2):
        panel.box.clock.advance(31)
        records(panel).tick()


def erase(browser: Browser, rids: list[str]) -> None:
    """Erase calls by one order, as the page of chosen calls does."""
    said = {"ground": "consent_withdrawn", "reason": "Asked by letter.", "sure": "yes"}
    name = chosen(browser, "erase", *rids)
    assert browser.send("/calls/chosen/erase", chosen=name, **said).status_code == 303


def test_one_that_is_done_is_shown_as_it_was_signed_and_handed_out(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in("Pola Officer")
    erase(browser, [rid])
    waits = browser.get(f"/calls/{rid}/certificate").text
    assert TAKE.search(waits) is None
    settle(panel)
    page = browser.get(f"/calls/{rid}/certificate").text
    assert 'data-state="signed"' in page
    assert "Made from the activity log" not in page
    assert "Not erased" not in page
    assert rid in page
    links = TAKE.findall(page)
    assert [link.rsplit("/", 1)[1] for link in links] == ["caller.jsonl", "office.jsonl"]
    for link in links:
        made = read_certificate(browser.get(link).data).certificate
        assert made.reader.value == link.rsplit("/", 1)[1].removesuffix(".jsonl")
        assert list(made.rids) == [rid]
    assert records(panel).recordings.certificates.unreadable == 0
    assert re.search(r"Signed head behind it</dt><dd>not finished yet<", page)


def test_the_head_behind_an_erasure_is_named_once_it_is_finished(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in("Pola Officer")
    erase(browser, [rid])
    settle(panel)
    panel.box.clock.advance(DAY)
    records(panel).look_at_the_time()
    panel.log_in("Pola Officer")  # the next day's first entry
    records(panel).sweep()
    page = panel.log_in("Pola Officer").get(f"/calls/{rid}/certificate").text
    assert re.search(r"Signed head behind it</dt><dd>of 20[0-9-]+, with entries 1 to \d+<", page)


@pytest.mark.parametrize("language", sorted(SURFACED))
def test_a_part_that_surfaced_later_is_named_behind_it(panel: Panel, language: str) -> None:
    rid = panel.record()
    browser = panel.log_in("Pola Officer")
    erase(browser, [rid])
    settle(panel)
    records(panel).recordings.certificates.late("ab" * 16, [rid])
    settle(panel)
    page = browser.get(f"/calls/{rid}/certificate", Accept_Language=language).text
    assert SURFACED[language] in page
    assert "ab" * 16 not in page


def test_one_that_a_law_keeps_is_named_beside_what_is_erased(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = panel.record()
    panel.box.clock.advance(60)
    held = panel.record()
    browser = panel.log_in("Pola Officer")
    with monkeypatch.context() as patch:
        patch.setattr(FileEraser, "prepare", _broken)
        erase(browser, [free, held])
    assert FAILED in browser.get(f"/calls/{free}/certificate").text
    hold = {"ground": "claims", "reason": "A claim.", "review": "2027-01-31"}
    assert browser.send(f"/calls/{held}/hold", **hold).status_code == 303
    settle(panel)
    page = browser.get(f"/calls/{free}/certificate").text
    assert 'data-state="signed"' in page
    told = "Not erased</dt><dd>one call, which is on hold: legal claims; review on 31 January 2027"
    assert told in page
    assert free in page
    assert held not in page.partition("</article>")[0]


def _broken(eraser: FileEraser, generation: int) -> bytes:
    raise VaultError("no")


@pytest.mark.parametrize("language", UNREADABLE)
@pytest.mark.parametrize("stage", ["ordered", "kept"])
def test_one_that_cannot_be_read_is_called_that_and_not_waited_for(
    panel: Panel, language: str, stage: str
) -> None:
    rid = panel.record()
    browser = panel.log_in("Pola Officer")
    erase(browser, [rid])
    if stage == "kept":
        settle(panel)
    ledger = records(panel).ledger
    (row,) = ledger.certificates().values()
    assert row.stage == stage
    ledger.change_certificates([structs.replace(row, sealed=row.sealed[::-1])])
    settle(panel)
    page = browser.get(f"/calls/{rid}/certificate", Accept_Language=language).text
    assert UNREADABLE[language] in page
    assert 'data-state="erased"' in page
    assert "data-again" not in page
    assert TAKE.search(page) is None
    assert browser.get(f"/calls/{rid}/certificate/caller.jsonl").status_code == 404
    if language == "en":
        assert "cannot be read" in browser.get("/calls/erased").text
        told = panel.log_in().get("/doctor").text
        assert "Certificates of erasure that cannot be read: 1." in told
