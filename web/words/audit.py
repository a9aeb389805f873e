"""Name the groups of audit entries by which the audit is searched."""

from typing import Any

from flask_babel import lazy_gettext as _l

LISTS: dict[str, Any] = {
    "exempt_listed": _l("List of numbers never recorded read"),
    "exempt_added": _l("Number never to be recorded added"),
    "exempt_removed": _l("Number never to be recorded taken off"),
    "speaker_added": _l("Person who speaks on a line added"),
    "speaker_removed": _l("Person who speaks on a line removed"),
    "speakers_vouched": _l("List of those who speak on a line vouched for"),
    "speakers_ended": _l("List of those who speak on a line no longer vouched for"),
}
"""Acts on the lists that people keep."""

GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "heard": (_l("Seen and listened to"), ("listed", "viewed", "played")),
    "handed": (_l("Handed over"), ("exported",)),
    "erased": (
        _l("Erased and held"),
        (
            *("erasing", "erased", "certified", "erase_failed", "held", "hold_released"),
            "erasure_allowed",
            *("erase_all_asked", "erase_all_confirmed", "erasing_all", "erased_all"),
            *("erase_all_cancelled", "erase_all_failed", "retention_waits", "retention_asks"),
        ),
    ),
    "logins": (
        _l("Logins"),
        ("logged_in", "logged_out", "login_failed", "code_failed", "unknown_names"),
    ),
    "denied": (_l("Denied and failed"), ("denied", "failed", "proof_failed")),
    "people": (
        _l("People and passwords"),
        (
            *("person_added", "person_removed", "roles_changed", "password_changed"),
            *("password_reset", "totp_set", "totp_removed", "let_in", "sessions_ended"),
        ),
    ),
    "settings": (
        _l("Settings and numbers never recorded"),
        (
            "settings_changed",
            "settings_restored",
            "exempt_listed",
            "exempt_added",
            "exempt_removed",
            "speaker_added",
            "speaker_removed",
            "speakers_vouched",
            "speakers_ended",
        ),
    ),
}
"""Group -> its name and its types of entries."""
