"""Check that a ``detail`` quotes devices, servers and the system, and nothing of ours."""

import ast
from collections.abc import Iterator

import pytest

from appliance.language import translated
from appliance.model.findings import find
from appliance.model.sentences.faults import FAULTS, device_fault, fault_of, text_of
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import LACKING
from tests.repository.trees import ROOT, calls
from web import language
from web.words import findings

QUOTED = {
    "disk.unknown": "the kernel",
    "disk.broken": "the kernel",
    "vault.bad_chip": "the kernel",
}
"""Finding -> whose words its detail are."""

QUOTED_FAULTS = {
    "card_refuses": "PortAudio",
    "sound_system": "PortAudio",
    "isdn_unopened": "the kernel",
    "isdn_unusable": "the kernel",
    "calibration_unwritten": "the kernel",
    "calibration_unread": "the kernel",
    "calibration_wrong": "the reader of TOML",
    "pins_failed": "lgpio",
    "chip_silent": "the kernel",
    "board_key_unread": "the kernel",
    "backup_medium_fails": "the kernel",
    "drill_unstarted": "the kernel",
    "file_unwritten": "the kernel",
    "file_unread": "the kernel",
    "process_gone": "the kernel",
    "socket_unopened": "the kernel",
    "panel_port": "the kernel",
    "panel_socket": "the kernel",
    "password_unproved": "the kernel",
    "chip_time_unset": "the kernel",
    "usb_held": "the kernel",
    "usb_stays": "the kernel",
    "board_key_lost": "the kernel",
    "not_json": "msgspec",
    "fields_misfit": "msgspec",
    "system_says": "the kernel",
}
"""The same of the faults of a device."""

QUOTED_LACKING = {"engine_failed": "the speech program"}
"""The same of what an announcement lacks."""


def test_only_these_quote_the_outside() -> None:
    quote = {id for id, said in SENTENCES.items() if "%(detail)s" in said.english}
    assert quote == QUOTED.keys()
    assert {code for code, said in FAULTS.items() if "%(detail)s" in said} == QUOTED_FAULTS.keys()
    lacking = {code for code, said in LACKING.items() if "%(detail)s" in said}
    assert lacking == QUOTED_LACKING.keys()


def raised() -> Iterator[tuple[str, ast.expr]]:
    """Yield what every ``LineError`` of drivers and recorder says."""
    folders = [ROOT / "appliance" / each for each in ("lines", "recorder", "exchange/modem")]
    for path, node in calls(*KINDS):
        if any(folder in path.parents for folder in folders):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


KINDS = {"LineError", "NoModem", "Silent", "LineFault"}


def test_no_driver_says_a_sentence() -> None:
    places = list(raised())
    assert len(places) > 40
    for where, said in places:
        texts = [each.value for each in ast.walk(said) if isinstance(each, ast.Constant)]
        plain = isinstance(said, ast.Constant | ast.JoinedStr | ast.BinOp)
        assert not plain or not texts, where


def test_what_has_no_code_is_told_without_its_text() -> None:
    said = device_fault("driver_failed").fault
    assert text_of(ValueError("+48221234567")).fault == fault_of("anything") == said


def test_words_of_the_outside_are_marked_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "gettext", lambda text: translated(text, "pl"))
    refused = device_fault("sound_system", detail="Invalid <device>").fault
    assert findings.fault(refused) == (
        'System dźwięku nie uruchamia się: <span lang="en">Invalid &lt;device&gt;</span>.'
    )
    gone = find("lines.broken", device_fault("card_gone", card="Tap").fault, line="Biuro")
    assert gone.sentence("pl") == (
        "Biuro nic nie nagrywa: sprawdź jej urządzenia. Karta dźwiękowa Tap zniknęła."
    )
