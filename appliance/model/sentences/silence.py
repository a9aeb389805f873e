"""List the doctor's findings about silences, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import warn as _warn

SILENCE_SENTENCES: Mapping[str, Sentence] = {
    "silence.soon": _warn(
        "Copies for authorities whose silence reaches its day within 14 days: %(count)s. Ask the "
        "authority, then end the silence or enter a new paper on the page Silences."
    ),
    "silence.over": _fail(
        "Copies for authorities whose silence has passed its day: %(count)s. They stay silent "
        "until a privacy officer ends the silence or enters a new paper on the page Silences."
    ),
}
