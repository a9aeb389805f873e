"""Draw mistakes between settings, each of which is right by itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from appliance.config.drivers.driver import ROLES
from appliance.config.keys import KEYS_GO_BY
from appliance.config.mistakes import Place
from tests.config.drawing import Slip, put

GONE = object()
"""In place of a value: the key is taken out."""

Changes = Mapping[str, Any]
"""Place, with dots -> value."""

SAID = {"pl": "ustawa o telefonach", "en": "the law on telephones"}

KEYS: tuple[tuple[str, str, Changes], ...] = (
    ("choices.4", "no_consent", {"choices": {"1": ["training"], "2": [], "4": ["service"]}}),
    ("choices", "one_refuses", {"choices": {"1": ["training"]}}),
    ("choices", "one_refuses", {"choices": {"1": ["training"], "2": [], "4": []}}),
    ("choices", "nothing_refused", {"purposes": ["service"], "choices": {"2": []}}),
    ("choices", "no_key", {"choices": {"2": []}}),
    ("choices.4", "key_same", {"choices": {"1": ["training"], "2": [], "4": ["training"]}}),
    ("choices.0", "key_zero", {"choices": {"0": ["training"], "2": []}}),
    ("choices.5", "key_misheard", {"choices": {"5": ["training"], "2": []}}),
    ("more_key", "key_used", {"more_key": "1"}),
    ("choose_key", "no_choice", {"choose_key": "4"}),
    ("other_languages", "twice", {"language": "pl", "other_languages": ["pl"]}),
    ("purposes", "word_near", {"purposes": ["servise", "training"]}),
    ("purposes", "no_purpose", {"purposes": ["zzzzzz", "training"]}),
)
"""Of the first line."""

PARTS: tuple[tuple[str, str, Changes], ...] = (
    ("line.0.hook.dialect", "tells_no_hook", {"line.0.hook.dialect": "netcallerid"}),
    ("line.0.hook.line", "of_kind", {"line.0.hook.line": 2}),
    ("line.0.prompt.card", "two_cards", {"line.0.prompt.card": "Other"}),
    ("line.1.audio.driver", "modem_holds", {"line.1.audio.holds_line": GONE}),
    ("line.2.hook.network_here", "end_family", {"line.2.hook.network_here": "[::1]:9301"}),
    ("line.2.hook.network", "tunnel_open", {"line.2.hook.network": "10.8.0.2:9311"}),
    ("line.2.prompt.driver", "half_isdn", {"line.2.prompt": {"driver": "sound", "card": "Odd"}}),
    ("line.3.hook.terminal", "again", {"line.3.hook.terminal": "HFC-S_USB.1"}),
    ("line.4.hook.caller_port", "own_port", {"line.4.hook.caller_port": "/dev/a"}),
    ("line.4.hook.caller", "without_port", {"line.4.hook.caller_port": GONE}),
    ("line.4.hook.ringing", "again", {"line.4.hook.ringing": "dcd"}),
    (
        "line.4.prompt.driver",
        "half_simulated",
        {"line.4.hook": {"driver": "exchange"}, "line.4.audio": {"driver": "exchange"}},
    ),
    (
        "line.5.prompt.driver",
        "modem_not_whole",
        {"line.5.prompt": {"driver": "modem", "port": "/dev/m"}},
    ),
)
"""Each goes by all that the roles of its line say."""

OTHERS: tuple[tuple[str, str, Changes, tuple[str, ...]], ...] = (
    (
        "line.5.hook.port",
        "device_taken",
        {"line.5.hook.port": "/dev/a"},
        ("line.4.hook", "line.5.hook"),
    ),
    ("line.1.name", "again", {"line.1.name": "Reception"}, ("line.0.name",)),
    ("purpose.0.law_says", "missing", {"purpose.0.basis": "legal_obligation"}, ()),
    ("purpose.0.law_says", "other_basis", {"purpose.0.law_says": SAID}, ("purpose.0.basis",)),
    (
        "office.recipients_say",
        "nobody_named",
        {
            "office.recipients": "nobody",
            "office.recipients_say": {"pl": "biuro", "en": "the office"},
        },
        ("office",),
    ),
    ("office.recipients_say", "missing", {"office.recipients": "these"}, ("office",)),
    (
        "office.officer",
        "missing",
        {"office.public_body": True, "office.officer_says": {"pl": "Jan", "en": "Jan"}},
        ("office",),
    ),
    (
        "office.officer_says",
        "missing",
        {"office.public_body": True, "office.officer": "Jan Nowak"},
        ("office",),
    ),
    (
        "purpose.0.basis",
        "special_basis",
        {"purpose.0.health": True},
        ("purpose.0.basis", "purpose.0.health", "purpose.0.special", "purpose.0.care_reason"),
    ),
    (
        "purpose.0.basis",
        "special_basis",
        {"purpose.0.special": ["religion"]},
        ("purpose.0.basis", "purpose.0.health", "purpose.0.special", "purpose.0.care_reason"),
    ),
    (
        "purpose.1.contract_to",
        "other_basis",
        {"purpose.1.contract_to": "conclude"},
        ("purpose.1.basis",),
    ),
    (
        "purpose.0.justification",
        "missing",
        {
            "purpose.0.basis": "public_task",
            "purpose.0.law_says": SAID,
            "purpose.0.justification": GONE,
            "purpose.0.retention_days": 90,
        },
        (),
    ),
    (
        "purpose.0.retention_days",
        "many_days",
        {"purpose.0.justification": GONE},
        ("purpose.0.basis", "purpose.0.retention_days"),
    ),
    (
        "purpose.1.retention_days",
        "consent_days",
        {"purpose.1.retention_days": 184},
        ("purpose.1.basis", "purpose.1.justification"),
    ),
    (
        "purpose.0.basis",
        "notice_unlawful",
        {"office.country": "DE", "line.0.number": "+48221234567"},
        ("purpose.0.basis", "line"),
    ),
    ("vault.board_secret", "eraser_needs", {"vault.board_secret": GONE}, ("vault.eraser",)),
    ("vault.board_secret", "eraser_other", {"vault.eraser": "file"}, ("vault.board_secret",)),
    ("vault.eeprom", "eraser_other", {"vault.eeprom": "/x"}, ("vault.eraser",)),
    (
        "office.backup_days",
        "backups_by_hand",
        {"backup.every": "hand", "office.backup_days": 0},
        ("backup", "office"),
    ),
    ("backup.folder", "backup_nowhere", {"backup.folder": GONE}, ("backup.every",)),
    ("panel.certificate", "pair", {"panel.certificate": "/a.pem"}, ("panel.key",)),
    ("panel.key", "pair", {"panel.key": "/a.key"}, ("panel.certificate",)),
    ("panel.trusted", "pair", {"panel.trusted": True}, ("panel.certificate",)),
    ("front.amber", "again", {"front.green": GONE, "front.amber": 17}, ()),
)
"""With what else they go by."""


def between(values: Mapping[str, Any]) -> list[Slip]:
    """Return the slips whose tables there are."""
    return [slip for slip in _every() if all(place[0] in values for place in slip.touches)]


def _every() -> Iterator[Slip]:
    known = [f"purpose.{at}.{key}" for at in (0, 1) for key in ("id", "basis")]
    for key, code, changes in KEYS:
        here = {f"line.0.{name}": value for name, value in changes.items()}
        goes_by = [f"line.0.{name}" for name in KEYS_GO_BY]
        yield changing(f"line.0.{key}", code, here, [*goes_by, *known, "office.languages"])
    for key, code, changes in PARTS:
        yield changing(key, code, changes, [f"line.{key.split('.')[1]}.{role}" for role in ROLES])
    for key, code, changes, goes_by_more in OTHERS:
        yield changing(key, code, changes, goes_by_more)


def changing(key: str, code: str, changes: Changes, goes_by: Iterable[str]) -> Slip:
    """Return a slip that changes several places, and goes by more."""

    def make(values: dict[str, Any]) -> None:
        for name, value in changes.items():
            put(values, _place(name), value, gone=value is GONE)

    return Slip(_place(key), code, tuple(map(_place, (*changes, *goes_by))), make)


def _place(key: str) -> Place:
    """Return a place; only the number of a table in a list is one."""
    first, *rest = key.split(".")
    at = [int(rest.pop(0))] if rest and rest[0].isdigit() else []
    return (first, *at, *rest)
