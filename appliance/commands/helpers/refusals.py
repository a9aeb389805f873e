"""Say what cannot be done in the language of the terminal, with the exit code that fits."""

import os
from collections.abc import Iterable

from appliance.errors import Refused, ZgodaError
from appliance.language import language_of, translated
from appliance.model.sentences.faults import DeviceFault, device_fault, said_in, told_in
from appliance.model.sentences.lacking import Lacks
from appliance.model.sentences.refusals import quote_of, refusal_of, sentence_of
from appliance.model.sentences.refusals_by_subject.refusal import Level

FAILED_CHECK, NOT_DONE = 1, 2
"""Exit codes of a command."""


def told(error: ZgodaError | OSError, language: str = "") -> str:
    """Return one line about a failure that was to be expected; of mistakes one for each.

    Args:
        error: the failure.
        language: to say it in; by default the terminal's.
    """
    language = language or language_of(os.environ)
    if isinstance(error, Lacks):
        return error.lacking.sentence(language)
    if not isinstance(error, Refused):
        return said_in(error, language)
    sentence = sentence_of(error, lambda text: translated(text, language))
    return " ".join(filter(None, (sentence, quote_of(error))))


def said(faults: Iterable[DeviceFault]) -> str:
    """Return faults in the language of the terminal."""
    return told_in(faults, language_of(os.environ))


def said_of(code: str, /, **values: object) -> str:
    """Return a fault in the language of the terminal, for click to show."""
    return device_fault(code, **values).fault.sentence(language_of(os.environ))


def exit_code(error: BaseException) -> int:
    """Return the exit code: a recording that fails its check is no failure of the command."""
    failed = isinstance(error, Refused) and refusal_of(error).level is Level.CHECK
    return FAILED_CHECK if failed else NOT_DONE
