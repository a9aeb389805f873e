"""Failures that are no refusals cross the link as codes."""

import logging

import pytest

from appliance import errors
from appliance.errors import LineError, PromptError, Refused, VaultError, ZgodaError
from appliance.language import translated
from appliance.link.client import Client
from appliance.link.failures import CODES, is_logged, refusal_of
from appliance.model.sentences.faults import device_fault
from appliance.model.sentences.lacking import Lacks
from appliance.model.sentences.refusals import REFUSALS, quote_of, sentence_of
from tests.link.conftest import Fail, Serve
from tests.model.refusals import refuses


@pytest.mark.parametrize("kind", CODES)
def test_each_kind_of_failure_has_its_code(kind: type[ZgodaError]) -> None:
    told = refusal_of(kind("a detail"))
    assert (told.code, told.values) == (CODES[kind], {})
    assert told.code in REFUSALS


def test_a_subclass_comes_before_its_base() -> None:
    for at, kind in enumerate(CODES):
        assert not any(issubclass(kind, earlier) for earlier in list(CODES)[:at]), kind


def test_every_kind_of_failure_crosses_as_some_code() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    failures = [kind for kind in kinds if issubclass(kind, ZgodaError) and kind is not Refused]
    assert len(failures) > 10
    for kind in failures:
        if kind is not ZgodaError:
            assert refusal_of(kind("a detail")).code != "failed", kind


def test_what_is_wrong_with_a_device_is_a_code() -> None:
    found = refusal_of(LineError(device_fault("card_gone", card="Tap")))
    assert found.values == {"fault": "card_gone", "card": "Tap"}
    assert sentence_of(found, str) == ("A device of the line failed. The sound card Tap is gone.")
    assert refusal_of(LineError("ERROR 7")).values == {"fault": "driver_failed"}


def test_what_a_speech_engine_said_is_a_value_of_ours() -> None:
    told = refusal_of(Lacks("engine_failed", program="piper", detail="this is no model"))
    assert told.values == {
        "lacks": "engine_failed",
        "program": "piper",
        "detail": "this is no model",
    }
    said = sentence_of(told, lambda text: translated(text, "pl"))
    assert said.endswith(" Program mowy piper zgłasza: this is no model.")
    assert refusal_of(PromptError("no voice")).values == {}


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_what_an_announcement_lacks_is_said_in_each_language(language: str) -> None:
    lacks = Lacks("silent", path="a.wav")
    told = refusal_of(lacks)
    said = sentence_of(told, lambda text: translated(text, language))
    assert said.endswith(lacks.lacking.sentence(language))
    assert said != lacks.lacking.sentence(language)
    assert quote_of(told) == ""


def test_a_refusal_stays_as_it_is() -> None:
    refused = Refused("no_day", day="tomorrow")
    assert refusal_of(refused) is refused
    assert not is_logged(refused)


def test_the_log_says_what_the_code_does_not(
    serve: Serve, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    serve()
    assert is_logged(VaultError(""))
    with caplog.at_level(logging.WARNING), refuses("archive_failed"):
        client.call(Fail(how="vault"))
    assert "tests.fail failed: The vault is closed." in caplog.text
