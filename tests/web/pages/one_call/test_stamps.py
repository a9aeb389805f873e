"""A sheet names whose time stamps confirm when a call was, to each reader their part."""

import io
import zipfile

import pytest

from tests.keeper.stamps.stamped_box import StampedBox
from tests.samples import PAPER
from tests.vault.audit.stamped import NAME, StampAuthority
from tests.web.conftest import Panel

NOBODY = {
    "en": "confirmed by: nobody",
    "pl": "potwierdza: nikt",
    "de": "bestätigt die Zeit: niemand",
}
QUALIFIED = {"en": "a qualified authority", "pl": "kwalifikowan", "de": "qualifiziert"}


@pytest.mark.parametrize("language", ["en", "pl", "de"])
@pytest.mark.parametrize("kind", ["caller", "authority", "office"])
def test_a_sheet_names_who_stamped(
    panel: Panel, authority: StampAuthority, kind: str, language: str
) -> None:
    """The stamp is over a head behind the call, whose number counts acts: no caller is told."""
    one = StampedBox(panel.box, authority)
    rid = panel.record()
    one.next_day()
    one.stamp_all(qualified=True)
    browser = panel.log_in("Pola Officer")
    browser.client.set_cookie("language", language)
    paper = {"words": "Sąd", **PAPER} if kind == "authority" else {"words": "Anna"}
    handed = browser.send(f"/calls/{rid}/hand-over", recipient=kind, **paper)
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        (sheet,) = [name for name in archive.namelist() if name.endswith(".html")]
        given = archive.read(sheet).decode()

    for page in (browser.get(f"/calls/{rid}/proof?for={kind}").text, given):
        if kind == "caller":
            assert NOBODY[language] in page
            assert NAME not in page
        else:
            assert NOBODY[language] not in page
            assert NAME in page
            assert QUALIFIED[language] in page
