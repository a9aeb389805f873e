"""Check that who relies on grade A is told: nothing may hang between tap and network."""

from pathlib import Path

import pytest
from flask_babel import force_locale, gettext

from appliance.model.sentences.findings import SENTENCES
from web.app import PanelSettings, create_app

ROOT = Path(__file__).parents[3]
PAGES = ["SECURITY.md", "docs/threat-model.md", "docs/calibration.md", "docs/setting-up.md"]


@pytest.mark.parametrize("page", PAGES)
def test_the_documents_say_it(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    assert "between the tap and the network" in text


def test_doctor_says_it_in_every_language() -> None:
    english = SENTENCES["lines.behind_tap"].english
    app = create_app(None, PanelSettings())  # type: ignore[arg-type]  # no page is asked for

    with app.test_request_context():
        for language, word in (("pl", "za odczepem"), ("de", "hinter dem Leitungsabgriff")):
            with force_locale(language):
                assert word in gettext(english, line="Reception")
