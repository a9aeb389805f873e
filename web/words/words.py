"""Translate the box's stable words into sentences in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.link.requests.calls import Ground, HoldGround
from appliance.model import papers
from appliance.model.records import LineStatus, Origin, Verdict
from appliance.model.terms import AnswerBasis
from web.words import formats
from web.words.audit import LISTS
from web.words.outside import OUTSIDE

REASONS: dict[str, Any] = {word: _l(said) for word, said in papers.REASONS.items()}

VERDICTS = {
    Verdict.COMPLETE: (_l("complete"), _l("Every part is there and unaltered.")),
    Verdict.CUT: (_l("cut"), _l("It ends early; what is there is unaltered.")),
    Verdict.DAMAGED: (_l("damaged"), _l("Parts cannot be read any more.")),
    Verdict.TAMPERED: (_l("tampered"), _l("It does not agree with the activity log.")),
    Verdict.MISSING: (_l("missing"), _l("The activity log knows it, but the file is gone.")),
    Verdict.KEY_LOST: (_l("key lost"), _l("No key opens it, and it was not erased.")),
    Verdict.SHREDDED: (_l("erased"), _l("Its key was destroyed.")),
}

ORIGINS = {
    Origin.ATTESTED: (_l("attested"), _l(papers.ORIGINS[Origin.ATTESTED])),
    Origin.NOT_ATTESTED: (_l("not attested"), _l(papers.ORIGINS[Origin.NOT_ATTESTED])),
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

GRADES = {word: _l(said) for word, said in papers.GRADES.items()}

ANSWERS = {
    AnswerBasis.REVERSAL: _l("the exchange reversed the line's polarity"),
    AnswerBasis.CONNECT: _l("the ISDN exchange connected the call"),
    AnswerBasis.RINGBACK_AND_VOICE: _l("the ringing ended and a voice was heard"),
    AnswerBasis.BUTTON: _l("the office pressed the button for it"),
}

LANGUAGE_NAMES = {"pl": _l("in Polish"), "en": _l("in English"), "de": _l("in German")}

MARKS = {
    "pause": _l("Recording paused"),
    "resume": _l("Recording went on"),
    "blank": _l("A key was made silent"),
    "gap": _l("Sound is missing"),
    "withdrawn": _l("Consent to a purpose was withdrawn"),
}

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

ACTORS = {
    "keeper": _l("the device"),
    "recorder": _l("the recorder"),
    "courier": _l("the sending service"),
    "nobody": _l("not logged in"),
    "root": _l("the command line, without a login"),
}

ACTS = {
    **LISTS,
    **OUTSIDE,
    "first_run": _l("Archive created"),
    "board_key": _l("Key stored in the board, before the archive was created"),
    "origin": _l("Recorder key noted"),
    "attested": _l("Origin attested"),
    "sheet_renewed": _l("New recovery sheet shown"),
    "sheet_confirmed": _l("Recovery sheet confirmed"),
    "quiet_ended": _l("Asking again after an emergency call, in a trial"),
    "sheet_drawn": _l("New recovery sheet drawn"),
    "sheet_replaced": _l("Recovery sheet replaced"),
    "sheet_dropped": _l("New recovery sheet dropped"),
    "sheet_failed": _l("Wrong recovery sheet"),
    "let_in_by_sheet": _l("Let in by the recovery sheet"),
    "backup_codes_made": _l("Backup codes made"),
    "backup_code_used": _l("Backup code used"),
    "logged_in": _l("Logged in"),
    "logged_out": _l("Logged out"),
    "login_failed": _l("Login failed"),
    "code_failed": _l("Wrong code after the right password"),
    "unknown_names": _l("Logins under names that nobody has"),
    "proof_failed": _l("Wrong password while logged in"),
    "let_in": _l("Code made for a new browser"),
    "locked": _l("Locked"),
    "person_added": _l("Person added"),
    "person_removed": _l("Person removed"),
    "roles_changed": _l("Roles changed"),
    "password_changed": _l("Own password changed"),
    "password_reset": _l("One-time password given"),
    "totp_set": _l("Authenticator app set up"),
    "totp_removed": _l("Authenticator app taken away"),
    "sessions_ended": _l("Logged out elsewhere"),
    "keys_renewed": _l("Old password made useless"),
    "keys_renewal_failed": _l("Old password not yet useless"),
    "denied": _l("Access denied"),
    "failed": _l("Not carried out"),
    "recovered": _l("Activity log continued after a cut"),
    "audit_key": _l("Signing key of the day"),
    "audit_cut": _l("Entries are missing: the activity log was cut back"),
    "sealed": _l("Recording sealed"),
    "held_open": _l("Recording held open: not imported yet"),
    "withdrawal_void": _l("Withdrawal without a recording"),
    "listed": _l("Calls listed or searched"),
    "viewed": _l("Looked at"),
    "played": _l("Listened to"),
    "exported": _l("Handed over"),
    "proof_given": _l("Proof sheet downloaded"),
    "erasing": _l("Erasure begun"),
    "erased": _l("Erased"),
    "certified": _l("Certificate of erasure signed"),
    "erase_failed": _l("Erasure failed"),
    "erase_all_asked": _l("Erasure of all recordings requested"),
    "erase_all_confirmed": _l("Erasure of all recordings confirmed"),
    "erase_all_due": _l("Erasure of all recordings due: a day has passed"),
    "erase_all_waits": _l("Erasure of all recordings still waits"),
    "erase_all_cancelled": _l("Erasure of all recordings cancelled"),
    "erase_all_ended": _l("Erasure of all recordings was cancelled by itself"),
    "erasing_all": _l("Erasure of all recordings begun"),
    "erased_all": _l("All recordings erased"),
    "erase_all_failed": _l("Erasure of all recordings failed"),
    "shards_mended": _l("Damaged copies of keys made anew"),
    "keys_lost": _l("Keys lost"),
    "taken_up_again": _l("Lost state put back from the activity log"),
    "number_added": _l("Number of the caller added"),
    "silenced": _l("Copy for an authority silenced"),
    "silence_end_asked": _l("End of a silence requested"),
    "silence_end_cancelled": _l("Request to end a silence cancelled"),
    "silence_ended": _l("Silence ended"),
    "held": _l("Held"),
    "hold_released": _l("Hold lifted"),
    "ledger_begun": _l("New ledger begun: the old one was gone"),
    "retention_waits": _l("Automatic erasure waits: nobody knows how long the power was off"),
    "retention_asks": _l("Automatic erasure waits for an administrator"),
    "erasure_allowed": _l("Paused erasure allowed"),
    "clock_asks": _l("The clock differs from the counted time"),
    "clock_confirmed": _l("Time confirmed"),
    "settings_changed": _l("Settings changed"),
    "settings_restored": _l("Damaged settings put back from their copy"),
    "seed_changed": _l("Configuration file changed by hand"),
    "seed_left": _l("Changed configuration file left aside"),
    "words_spoken": _l("Words spoken by a voice of the device"),
    "prompt_kept": _l("Recording of an announcement confirmed and kept"),
    "prompt_dropped": _l("Recording of an announcement removed"),
    "calibrating": _l("Calibration calls begun on a line"),
    "calibrated": _l("Line calibrated"),
    "line_checked": _l("A check of a line by tones begun"),
}


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
