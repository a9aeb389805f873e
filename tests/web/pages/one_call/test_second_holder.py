"""A sheet says by its header, not by its rule, who else could open a recording."""

import io
import zipfile

import msgspec
import pytest
from msgspec import structs

from appliance.model.rule import RuleHolder
from appliance.vault.pool import PoolKey
from appliance.vault.tickets import SecondHolder
from tests import samples
from tests.vectors.office import HOLDER, Second
from tests.web.conftest import Panel

NAMED = msgspec.convert(HOLDER, RuleHolder)
KEYS = Second()
OTHER = SecondHolder(
    KEYS.reading.public_key().public_bytes_raw(),
    PoolKey(KEYS.rid.hex(), KEYS.recording.public_key().public_bytes_raw()),
)
COULD = {
    "en": f"It could also be opened by {NAMED.name}, with a key of their own.",
    "pl": f"Oprócz biura mógłby otworzyć to nagranie własnym kluczem inny podmiot: {NAMED.name}.",
    "de": f"Auch {NAMED.name} könnte diese Aufnahme mit einem eigenen Schlüssel öffnen.",
}
WHY = {
    "pool_empty": ("None of the keys", "Nie pozostał", "Von den Schlüsseln"),
    "old": ("The last day on which", "Minął ostatni dzień", "Der letzte Tag"),
    "no_day": ("The device did not know", "Urządzenie nie znało", "Das Gerät kannte"),
}


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the line's rule name a second holder."""
    monkeypatch.setattr(samples, "RULE", structs.replace(samples.RULE, holders=(NAMED,)))


def sheets(panel: Panel, rid: str, language: str) -> list[str]:
    """Return what each reader is shown and handed of a call."""
    browser = panel.log_in("Pola Officer")
    browser.client.set_cookie("language", language)
    found = []
    for reader in ("caller", "office"):
        found.append(browser.get(f"/calls/{rid}/proof?for={reader}").text)
        handed = browser.send(f"/calls/{rid}/hand-over", recipient=reader)
        with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
            found.append(archive.read("proof.html").decode())
    return found


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("language", COULD)
def test_a_header_with_a_key_for_somebody_else_is_told(panel: Panel, language: str) -> None:
    rid = panel.record(second=OTHER)
    for page in sheets(panel, rid, language):
        assert COULD[language] in page
        assert NAMED.fingerprint in page
        assert not any(words in page for why in WHY.values() for words in why)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("why", WHY)
def test_a_rule_that_names_somebody_opens_nothing(panel: Panel, why: str) -> None:
    rid = panel.record(alone=why)
    for language, said in zip(("en", "pl", "de"), WHY[why], strict=True):
        for page in sheets(panel, rid, language):
            assert COULD[language] not in page
            assert said in page
            assert page.count(NAMED.name) == 1


def test_without_a_second_holder_nothing_is_said_of_one(panel: Panel) -> None:
    for page in sheets(panel, panel.record(), "en"):
        assert "Who else holds keys" not in page
        assert NAMED.name not in page
