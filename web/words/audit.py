"""Name the groups of audit entries by which the audit is searched."""

from typing import Any

from flask_babel import lazy_gettext as _l

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
