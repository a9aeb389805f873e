"""List every refusal: its code, how it is to be taken, its heading and its sentence.

One table serves panel, command line and mail; whoever shows a refusal translates it. To add one,
declare it in the module of its subject, and raise ``Refused(code, **values)``. A code is for ever,
as it may stand in an activity log (see ``retired``).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from appliance.config.words.vocabulary import with_language
from appliance.errors import Refused
from appliance.model.sentences.faults import FAULTS
from appliance.model.sentences.lacking import LACKING
from appliance.model.sentences.refusals_by_subject.access import ACCESS_REFUSALS
from appliance.model.sentences.refusals_by_subject.backup import BACKUP_REFUSALS
from appliance.model.sentences.refusals_by_subject.calls import CALLS_REFUSALS
from appliance.model.sentences.refusals_by_subject.device import DEVICE_REFUSALS
from appliance.model.sentences.refusals_by_subject.erasure import ERASURE_REFUSALS
from appliance.model.sentences.refusals_by_subject.lines import LINES_REFUSALS
from appliance.model.sentences.refusals_by_subject.outside import OUTSIDE_REFUSALS
from appliance.model.sentences.refusals_by_subject.people import PEOPLE_REFUSALS
from appliance.model.sentences.refusals_by_subject.phones import PHONES_REFUSALS
from appliance.model.sentences.refusals_by_subject.refusal import Refusal
from appliance.model.sentences.refusals_by_subject.settings import SETTINGS_REFUSALS
from appliance.model.sentences.refusals_by_subject.words import WORDS_REFUSALS
from appliance.model.sentences.roles import one_of

REFUSALS: Mapping[str, Refusal] = {
    **ACCESS_REFUSALS,
    **PEOPLE_REFUSALS,
    **DEVICE_REFUSALS,
    **CALLS_REFUSALS,
    **ERASURE_REFUSALS,
    **BACKUP_REFUSALS,
    **OUTSIDE_REFUSALS,
    **SETTINGS_REFUSALS,
    **WORDS_REFUSALS,
    **LINES_REFUSALS,
    **PHONES_REFUSALS,
}
"""Code -> what is said of it."""

_NAMES = re.compile(r"%\((\w+)\)s")


def refusal_of(refused: Refused) -> Refusal:
    """Return what is said of a refusal; of a code from elsewhere, that it did not work."""
    return REFUSALS.get(refused.code, REFUSALS["failed"])


def sentence_of(refused: Refused, translate: Callable[[str], str]) -> str:
    """Return a refusal's sentence with its values; codes among them are said in words.

    Args:
        refused: of any process.
        translate: returns a marked sentence in the reader's language.
    """
    values = values_of(refused, translate)
    return " ".join(translate(each) % values for each in sentences_of(refused))


def sentences_of(refused: Refused) -> tuple[str, ...]:
    """Return a refusal's marked sentence, and that of the code that it quotes."""
    lacks = LACKING.get(str(refused.values.get("lacks", "")))
    fault = FAULTS.get(str(refused.values.get("fault", "")))
    return refusal_of(refused).sentence, *filter(None, (lacks, fault))


def values_of(refused: Refused, translate: Callable[[str], str]) -> dict[str, Any]:
    """Return the values of these sentences; one that did not come is a question mark."""
    wanted = _NAMES.findall(" ".join(sentences_of(refused)))
    values = with_language(refused.values, translate)
    values = {**dict.fromkeys(wanted, "?"), **values, "seconds": refused.seconds}
    if "roles" in values:
        values["roles"] = one_of(str(values["roles"]), translate)
    return values


def quote_of(refused: Refused) -> str:
    """Return what a device or the system said, in its own words; empty if nothing is quoted."""
    return str(refused.values.get(refusal_of(refused).quotes, ""))
