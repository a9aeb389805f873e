"""Digest the words that a person confirms: other words need another confirmation."""

import json

from appliance.config.declare import asked
from appliance.config.settings import Confirmation, Office, Purpose
from appliance.digest import sha256


def spoken_of(section: type) -> tuple[str, ...]:
    """Return the settings of a section that are words for each language."""
    return tuple(each.key for each in asked(section) if each.kind.form == "words")


def digest_of(told: Office | Purpose) -> str:
    """Return the digest of all spoken forms of an office or purpose."""
    forms = ((form, getattr(told, form)) for form in spoken_of(type(told)))
    says = {form: dict(each) for form, each in forms if each}
    written = json.dumps(says, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hex()[:8]


def confirms(confirmed: Confirmation | None, digest: str) -> bool:
    """Say whether a person confirmed these very words."""
    return confirmed is not None and confirmed.words == digest
