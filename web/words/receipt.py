"""Name the prompts of a dialogue and the meanings of its keys, as a receipt shows them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.model.policy import Spoken

SPOKEN: dict[str, Any] = {
    Spoken.QUESTION: _l("the question"),
    Spoken.KEYS: _l("the keys again"),
    Spoken.NOTICE: _l("the notice"),
    Spoken.CONFIRMATION: _l("the confirmation"),
    Spoken.MORE: _l("the further information"),
    Spoken.CHOICE: _l("one purpose by itself"),
    Spoken.REFUSED: _l("that nothing is recorded"),
    Spoken.UNANSWERED: _l("that there was no answer"),
    Spoken.WITHDRAWN: _l("that the consent is taken back"),
    Spoken.OBJECTED: _l("that the objection counts"),
}

MEANT: dict[str, Any] = {
    "agreed": _p("a key", "agreed"),
    "refused": _p("a key", "refused"),
    "more": _p("a key", "asked for more information"),
    "choose": _p("a key", "asked to choose one by one"),
    "early": _p("a key", "too early, so it did not count"),
}
