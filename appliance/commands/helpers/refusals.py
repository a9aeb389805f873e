"""Say what cannot be done in the language of the terminal, with the exit code that fits."""

import os

from appliance.config.mistakes import MistakesFound
from appliance.errors import LineError, Refused, ZgodaError, in_a_sentence
from appliance.language import language_of, translated
from appliance.model.sentences.faults import FaultText
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
    if isinstance(error, MistakesFound):
        return error.told(language)
    if isinstance(error, Lacks):
        return error.lacking.sentence(language)
    if isinstance(error, LineError) and isinstance(fault := next(iter(error.args), ""), FaultText):
        return fault.fault.sentence(language)
    if not isinstance(error, Refused):
        return in_a_sentence(error)
    sentence = sentence_of(error, lambda text: translated(text, language))
    return " ".join(filter(None, (sentence, quote_of(error))))


def exit_code(error: BaseException) -> int:
    """Return the exit code: a recording that fails its check is no failure of the command."""
    failed = isinstance(error, Refused) and refusal_of(error).level is Level.CHECK
    return FAILED_CHECK if failed else NOT_DONE
