"""Seal a certificate, before and after it is signed, under its case's own key."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from appliance.model.certificate import ErasedCall, KeptCall, OrderedBy
from appliance.vault import container
from appliance.vault.decoding import decode_json

_LABEL = b"zgoda certificate kept v1"


class CertificateOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has to be known of an order before the keys are gone."""

    ordered_at: float  # UTC, the believed time
    clock_ok: bool
    controller: str
    contact: str
    ground: str
    by: OrderedBy
    calls: tuple[ErasedCall, ...]
    call_ids: tuple[str, ...] = ()  # that are known
    kept: tuple[KeptCall, ...] = ()  # that the order named, and that were held then
    kept_silently: tuple[KeptCall, ...] = ()  # the same, of silences: the office alone is told


class SignedFiles(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed file for each reader, with the supplements so far."""

    caller: str
    office: str


KeptT = TypeVar("KeptT", CertificateOrder, SignedFiles)


def seal_kept(
    said: CertificateOrder | SignedFiles, key: bytes, vault_id: bytes, case: str
) -> bytes:
    """Seal it; each write under another salt."""
    return container.seal(key, _LABEL, msgspec.json.encode(said), vault_id + bytes.fromhex(case))


def open_kept(sealed: bytes, kind: type[KeptT], key: bytes, vault_id: bytes, case: str) -> KeptT:
    """Open it; raises FileFormatError: altered, of another case, or without its key."""
    plain = container.unseal(key, _LABEL, sealed, vault_id + bytes.fromhex(case))
    return decode_json(plain, kind, "A kept certificate")
