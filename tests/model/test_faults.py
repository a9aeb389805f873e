"""Say what fails in the language of the terminal, with its causes, and in no other."""

import errno
import os
import re

import pytest

from appliance.commands.asking.answers import tell
from appliance.commands.helpers.refusals import told
from appliance.errors import EraserFailed, VaultError
from appliance.language import translated
from appliance.link.requests.outside.backup import BackupState
from appliance.model.sentences.faults import FAULTS, faults_of, in_words, noted

NAMES = re.compile(r"%\((\w+)\)s")
CODES = sorted(FAULTS)


@pytest.mark.parametrize("language", ["pl", "de"])
@pytest.mark.parametrize("code", CODES)
def test_a_failure_and_its_cause_are_said_in_the_readers_language(code: str, language: str) -> None:
    values = dict.fromkeys(NAMES.findall(FAULTS[code]), "7")
    cause = EraserFailed(noted("main_key_stays", "The eraser still holds an old root."))
    failed = VaultError(in_words(code, because=cause, **values))
    own = translated(FAULTS[code], language) % values
    assert told(failed, language) == f"{own} {translated(FAULTS['main_key_stays'], language)}"
    assert str(failed) == f"{FAULTS[code] % values} {FAULTS['main_key_stays']}"


def test_an_english_terminal_reads_what_the_log_says() -> None:
    failed = VaultError(noted("keyring_unwritten", "The keyring could not be written: no room"))
    assert told(failed, "en") == "The keyring could not be written: no room."
    assert told(failed, "pl") == "Nie udało się zapisać pęku kluczy."


def test_the_systems_words_are_the_only_foreign_ones() -> None:
    full = OSError(errno.EIO, os.strerror(errno.EIO))
    failed = VaultError(noted("unwritten", "The pool could not be written.", because=full))
    assert told(failed, "de") == (
        "Eine Datei des Archivs ließ sich nicht schreiben. Das Betriebssystem meldet: "
        f"{os.strerror(errno.EIO)}."
    )


def test_a_cause_without_a_code_is_in_the_log_alone() -> None:
    failed = VaultError(in_words("keyring_unwritten", because=ValueError("+48221234567")))
    assert [each.code for each in faults_of(failed)] == ["keyring_unwritten", "in_the_log"]
    assert "+48" not in told(failed, "pl") + str(failed)


def test_a_cause_of_a_cause_is_said_too() -> None:
    first = EraserFailed(in_words("chip_odd", path="/sys/eeprom"))
    second = EraserFailed(in_words("main_key_refused", because=first))
    failed = VaultError(in_words("keyring_unwritten", because=second))
    assert [each.code for each in faults_of(failed)] == [
        "keyring_unwritten",
        "main_key_refused",
        "chip_odd",
    ]


def test_an_answer_says_faults_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    faults = in_words("server_late").faults
    tell(BackupState(folder="/media", every="day", code="late", trouble=faults))
    assert "Serwer odpowiadał zbyt długo." in capsys.readouterr().out
