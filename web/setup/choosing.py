"""Let one key open the choice where a key for each purpose would take too long to say."""

from collections.abc import Mapping

import msgspec
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from appliance.link.requests.settings import DraftPreview, SpokenLength, TrySettings
from appliance.model.policy import PromptKind
from web import access
from web.setup import drafts
from web.setup.drafts import CHOOSE, Form, Values
from web.setup.steps import phone_lines
from web.words import settings

NAME_KEYS = frozenset({PromptKind.QUESTION, PromptKind.KEYS})
"""What a caller hears of the keys."""


def tried(values: Values, form: Form) -> tuple[Values, DraftPreview, Mapping[str, SpokenLength]]:
    """Return the draft of a form, its preview, and what would be too long with single keys.

    The voice that will speak decides; where there is none, each of up to three purposes has a key.

    Args:
        values: the settings in force.
        form: the answers.
    """
    asked = MultiDict((name, said) for name, said in form.items(multi=True) if name != CHOOSE)
    draft = drafts.with_purposes(values, asked)
    preview = _try(draft)
    long = _too_long(draft, preview)
    if not long:
        return draft, preview, long
    asked.setlist(CHOOSE, [*long])
    draft = drafts.with_purposes(values, asked)
    return draft, _try(draft), long


def unsayable(draft: Values, preview: DraftPreview) -> str:
    """Return why the telephone lines could not say what they have to; empty if they can."""
    phones = {str(line.get("name")) for line in phone_lines(draft)}
    found = [
        each.problem
        for call in preview.calls
        if call.line in phones
        for each in call.lengths
        if each.problem is not None
    ]
    said = [settings.lacking(each) for each in found]
    fewer = [str(gettext("Choose fewer purposes, or purposes on the same basis."))] if said else []
    return " ".join([*dict.fromkeys(said), *fewer])


def _try(draft: Values) -> DraftPreview:
    return access.ask(TrySettings("values", measured=True), msgspec.json.encode(draft))


def _too_long(draft: Values, preview: DraftPreview) -> dict[str, SpokenLength]:
    """Return the lines whose callers choose by a key for each purpose, with what is too long."""
    single = {
        str(line.get("name"))
        for line in phone_lines(draft)
        if not line.get("choose_key") and len(line.get("choices", {})) > 2
    }
    return {
        call.line: each
        for call in preview.calls
        if call.line in single
        for each in call.lengths
        if each.spoken in NAME_KEYS and each.problem is not None
    }
