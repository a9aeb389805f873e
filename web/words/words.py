"""Translate the box's stable words into sentences in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.link.requests.calls import Ground, HoldGround
from appliance.model import papers
from appliance.model.certificate import IN_CALL
from appliance.model.records import LineStatus, Origin
from appliance.model.words import acts, calls
from web.words import formats

REASONS: dict[str, Any] = {word: _l(said) for word, said in papers.REASONS.items()}

VERDICTS = {
    verdict: (_l(word), _l(sentence)) for verdict, (word, sentence) in calls.VERDICTS.items()
}

ORIGINS = {
    origin: (_l(calls.ORIGIN_NAMES[origin]), _l(papers.ORIGINS[origin])) for origin in Origin
}

UNREADABLE = {word: _l(said) for word, said in papers.UNREADABLE.items()}

GROUNDS = {
    Ground.CONSENT_WITHDRAWN: (_l(papers.GROUNDS[Ground.CONSENT_WITHDRAWN]), "b"),
    Ground.NO_LONGER_NEEDED: (_l(papers.GROUNDS[Ground.NO_LONGER_NEEDED]), "a"),
    Ground.OBJECTION: (_l(papers.GROUNDS[Ground.OBJECTION]), "c"),
    Ground.UNLAWFUL: (_l(papers.GROUNDS[Ground.UNLAWFUL]), "d"),
    Ground.LEGAL_OBLIGATION: (_l(papers.GROUNDS[Ground.LEGAL_OBLIGATION]), "e"),
    Ground.CHILD: (_l(papers.GROUNDS[Ground.CHILD]), "f"),
}
"""Ground -> its words and its letter in Art. 17(1) GDPR, the usual one first."""

CERTIFIED: dict[str, tuple[Any, str]] = {str(ground): said for ground, said in GROUNDS.items()}
CERTIFIED[IN_CALL] = _l(papers.GROUNDS[IN_CALL]), ""
"""The same of whatever was erased, with what no person ordered; that has no letter."""

GRADES = {word: _l(said) for word, said in papers.GRADES.items()}

ANSWERS = {code: _l(said) for code, said in calls.ANSWERS.items()}

LANGUAGE_NAMES = {"pl": _l("in Polish"), "en": _l("in English"), "de": _l("in German")}

MARKS = {code: _l(said) for code, said in calls.MARKS.items()}

DIRECTIONS = {word: _l(said) for word, said in papers.DIRECTIONS.items()}

ERASER_LEVELS: dict[str, Any] = {
    "E0": _l(
        "E0 (trial): the main key was overwritten in a plain file. A copy of the whole disk made "
        "before may still open the recording."
    ),
    "E1": _l(
        "E1: the main key was overwritten in a file under the board key. A copy of the disk made "
        "before is of use only together with this very board."
    ),
    "E2": _l(
        "E2: the main key was destroyed in a chip of its own. No copy of the memory card opens "
        "the recording."
    ),
}

CALLERS = {
    "agrees": (_l("A caller who agrees"), _l("Hears the question, presses 1 and talks a while.")),
    "refuses": (_l("A caller who refuses"), _l("Presses 2. The call goes on, nothing is kept.")),
    "silent": (_l("A caller who says nothing"), _l("Presses no key. That is not consent.")),
    "hands_over": (
        _l("A caller who hands over"),
        _l("Agrees, then passes the line to somebody else, who has not."),
    ),
}

BUTTONS = {
    "pause": ("pause", _l("Pause")),
    "resume": ("pause", _l("Go on")),
    "private": ("private", _l("Make private")),
    "ask": ("ask", _l("Ask again")),
    "end_silence": ("end_silence", _l("Ask callers again (in a trial)")),
}
"""The page's button -> the box's button that it presses, and its label."""

REMAINS: dict[str, Any] = {word: _l(said) for word, said in papers.REMAINS.items()}

HOLD_GROUNDS: dict[str, Any] = {
    HoldGround(word): _l(said) for word, said in papers.HOLD_GROUNDS.items()
}
"""Grounds of a hold, for which a held recording may be played."""

ACTORS = {code: _l(said) for code, said in acts.ACTORS.items()}

ACTS = {code: _l(said) for code, said in acts.ACTS.items()}


def reason(word: str | None) -> Any:
    """Return the words for a reason; an unknown one is shown as it is."""
    return REASONS.get(word or "", word or "")


_BETWEEN_CALLS = {"idle", "ended", "ringing", "unknown"}


def about(word: str) -> Any:
    """Return the heading of a line's reason: about the last call, or the present one."""
    return _l("Last call") if word in _BETWEEN_CALLS else _l("Why")


def not_before(day: str) -> Any:
    """Return the sentence of a line that may not record yet."""
    return _l(
        "Nobody is asked or recorded here before %(day)s, so that the staff know in time.",
        day=formats.that_day(day),
    )


def slow(ms: int) -> Any:
    """Return the sentence about a sync that took too long; empty if none did."""
    if not ms:
        return ""
    return _l(
        "The disk is slow: it once took %(ms)s ms to keep a piece of a call. Had the power "
        "failed then, more than a second would be lost. See the page of the device check.",
        ms=ms,
    )


def last(status: LineStatus) -> Any:
    """Return the outcome of the last call; during a call, why it is not recorded."""
    why = reason(status.reason)
    if status.state not in _BETWEEN_CALLS:
        return why
    if status.outcome is None:  # the event preceded any call
        return ""
    if status.outcome == "recorded":
        return _l("recorded")
    return _l("not recorded: %(why)s", why=why) if why else _l("not recorded")


def remains(word: str) -> Any:
    """Return the sentence about a place where copies may remain."""
    return REMAINS.get(word, word)


def act(word: str) -> Any:
    """Return the words for an audit entry's type."""
    return ACTS.get(word, word)


def actor(word: str) -> Any:
    """Return the words for an actor: a part of the box, or an operator's id."""
    return ACTORS.get(word, word)
