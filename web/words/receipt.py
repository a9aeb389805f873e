"""Name the prompts of a dialogue and the meanings of its keys, as a receipt shows them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from appliance.model.policy import PromptKind

SPOKEN: dict[str, Any] = {
    PromptKind.QUESTION: _l("the question"),
    PromptKind.KEYS: _l("the keys again"),
    PromptKind.NOTICE: _l("the notice"),
    PromptKind.CONFIRMATION: _l("the confirmation"),
    PromptKind.MORE: _l("the further information"),
    PromptKind.CHOICE: _l("one purpose by itself"),
    PromptKind.REFUSED: _l("that nothing is recorded"),
    PromptKind.UNANSWERED: _l("that there was no answer"),
    PromptKind.WITHDRAWN: _l("that the recording ends, or what it goes on for"),
    PromptKind.OBJECTED: _l("that the objection counts"),
}


MEANT: dict[str, Any] = {
    "agreed": _p("a key", "agreed"),
    "refused": _p("a key", "refused"),
    "more": _p("a key", "asked for more information"),
    "choose": _p("a key", "asked to choose one by one"),
    "language": _p("a key", "chose another language"),
    "early": _p("a key", "too early, so it did not count"),
}
