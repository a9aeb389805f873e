"""Whatever a line lacks leads to a page that is there, and to its field."""

from string import Formatter

from appliance.model.sentences.lacking import LACKING, Lacking
from tests.web.conftest import Panel
from web import remedies

VALUES = {"language": "pl", "form": "full", "name": "own"}


def test_each_place_is_of_something_that_can_be_lacking(panel: Panel) -> None:
    assert remedies.PLACES.keys() <= LACKING.keys()
    for code, place in remedies.PLACES.items():
        fields = {name for _, name, _, _ in Formatter().parse(place.field) if name}
        assert all(f"%({name})s" in LACKING[code] for name in fields), code


def test_each_remedy_is_a_page_that_is_there(panel: Panel) -> None:
    browser = panel.log_in()
    with panel.app.test_request_context("/"):
        found = {remedies.of(Lacking(code, VALUES)) for code in remedies.PLACES}
        assert remedies.of(Lacking("silent", {"path": "x"})) is None
    assert len(found) > 5
    for each in found:
        assert each is not None
        page, _, field = each.address.partition("#")
        answer = browser.get(page)
        assert answer.status_code == 200
        if field.startswith("controller_says") or field.startswith("legal_name_says"):
            assert f'id="{field}"' in answer.text


def test_a_page_does_not_lead_to_itself(panel: Panel) -> None:
    with panel.app.test_request_context("/words"):
        assert remedies.of(Lacking("words", {"line": "x"})) is None
