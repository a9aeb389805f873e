"""Put an erasure down to whoever wanted it: one by hand never to a date or to the device."""

import re

import pytest

from appliance.errors import FileFormatError
from appliance.link.requests.calls import EraseCall, EraseCalls
from appliance.model.proof import ProofReader
from appliance.vault.decoding import decode_json
from appliance.vault.seal import leave_marker
from tests.web.conftest import Panel
from tests.web.pages.one_call.test_certificates import records, settle

RADIO = re.compile(r'name="by" value="(\w+)"')
GROUND = {
    "en": ("It was discarded during the call", "the device"),
    "pl": ("Nagranie odrzucono już podczas rozmowy", "urządzenie"),
    "de": ("Die Aufnahme wurde schon während des Gesprächs verworfen", "das Gerät"),
}
NOBODYS = {
    "en": ("withdrew", "the person concerned", "Art. 17(1)"),
    "pl": ("cofn", "osoba, której dane dotyczą", "art. 17"),
    "de": ("widerruf", "die betroffene Person", "Art. 17"),
}


@pytest.mark.parametrize("by", ["date", "device"])
@pytest.mark.parametrize(
    ("kind", "of"), [(EraseCall, '"recording":"a"'), (EraseCalls, '"recordings":["a"]')]
)
def test_no_order_names_a_date_or_the_device(
    kind: type[EraseCall | EraseCalls], of: str, by: str
) -> None:
    rest = '"ground":"unlawful","reason":"r"'
    said = decode_json(f'{{{of},{rest},"by":"office"}}'.encode(), kind, "It")
    assert said.by == "office"
    with pytest.raises(FileFormatError):
        decode_json(f'{{{of},{rest},"by":"{by}"}}'.encode(), kind, "It")


@pytest.mark.parametrize("by", ["date", "device"])
def test_the_form_neither_offers_nor_takes_them(panel: Panel, by: str) -> None:
    rid = panel.record()
    browser = panel.log_in("Pola Officer")
    page = browser.get(f"/calls/{rid}/erase").text
    assert set(RADIO.findall(page)) == {"person", "office", "authority"}
    said = {"ground": "unlawful", "reason": "By letter.", "sure": "yes", "by": by}
    assert browser.send(f"/calls/{rid}/erase", **said).status_code == 303
    settle(panel)
    (row,) = records(panel).ledger.certificates().values()
    made = records(panel).recordings.certificates.of_case(row.case).read(ProofReader.OFFICE)
    assert made.certificate.by == "office"


@pytest.mark.parametrize("language", sorted(GROUND))
def test_what_was_given_up_in_a_call_is_put_down_to_nobody(panel: Panel, language: str) -> None:
    rid = panel.seal()
    leave_marker(panel.box.folders.withdrawn, rid)
    panel.box.keeper.take_up()
    browser = panel.log_in("Pola Officer")
    for settled in (False, True):
        if settled:
            settle(panel)
        page = browser.get(f"/calls/{rid}/certificate", Accept_Language=language).text
        article = page.partition("<article")[2].partition("</article>")[0]
        assert all(word in article for word in GROUND[language][: 1 + settled])
        assert not any(word in article for word in NOBODYS[language])
        assert "in_call" not in article
    listed = browser.get("/calls/erased", Accept_Language=language).text
    assert GROUND[language][0] in listed
