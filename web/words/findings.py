"""Say the findings of the doctor in the reader's language, also what they quote."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from appliance.config.mistakes import Mistake
from appliance.model.findings import Finding
from appliance.model.sentences.faults import FAULTS, DeviceFault
from appliance.model.sentences.findings import SENTENCES
from web.language import said
from web.words import settings as words
from web.words.doctor import CHANNELS


def sentence(finding: Finding) -> Markup:
    """Return a finding's sentence in the reader's language, and those that it quotes.

    Its ``detail`` are words of a device, a server or the system, which nobody translates.
    """
    values: dict[str, Any] = dict(finding.values)
    if "channel" in values:
        values["channel"] = CHANNELS.get(values["channel"], values["channel"])
    own = said(SENTENCES[finding.id].english, values)
    quoted = (*map(_mistake, finding.inside), *map(words.lacking, finding.lacking))
    return Markup(" ").join(
        (own, *quoted, *map(fault, finding.faults), *map(sentence, finding.because))
    )


def told_once(found: Sequence[Finding]) -> list[tuple[Markup, int]]:
    """Return the sentences of findings, each once, with how many of them say it."""
    return list(Counter(map(sentence, found)).items())


def fault(found: DeviceFault) -> Markup:
    """Return what is wrong with a device in the reader's language."""
    return said(FAULTS[found.code], found.values)


def _mistake(found: Mistake) -> str:
    """Return a mistake with its place, as its form names it."""
    at = gettext("Line %(at)s", at=found.line) if found.line else ""
    where = words.place(found.place) if found.place else ""
    before = ", ".join(filter(None, (at, where)))
    return f"{before}: {words.mistake(found)}" if before else words.mistake(found)
