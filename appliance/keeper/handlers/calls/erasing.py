"""Handle erasures that people order, and their certificates."""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date

from msgspec import structs

from appliance.clock import local_day
from appliance.errors import PerhapsOnRecord, Refused, VaultError
from appliance.keeper.erasure.erase import MOST_BY_HAND
from appliance.keeper.erasure.order import Order
from appliance.keeper.handlers.calls.detail import whole_certificate
from appliance.keeper.handlers.calls.signed import signed_file, with_call, with_signed
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.holds import checked_reason
from appliance.keeper.records import Records
from appliance.link.handlers import handles
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.certificates import (
    CertificateFile,
    CertificateList,
    GetCertificate,
    ListCertificates,
)
from appliance.model.certificate import ErasedCall, KeptCall, OrderedBy
from appliance.model.records import CallRecord

BY_PERSON = frozenset({ask.Ground.CONSENT_WITHDRAWN, ask.Ground.OBJECTION, ask.Ground.CHILD})
"""Grounds that the person concerned alone can bring about."""

_RID = re.compile(r"[0-9a-f]{32}")


class ErasureDesk:
    """The handlers of erasures by people; each raises Refused or another ZgodaError to say no."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._readers, self._recordings = records.readers, records.recordings

    @handles(ask.EraseCall)
    def erase(self, asked: ask.EraseCall, who: Caller) -> ask.ErasureCertificate:
        """Erase a call, all its recordings together; the certificate says how far that came."""
        return self._erase([asked.recording], asked, who).certificates[0]

    @handles(ask.EraseCalls)
    def erase_many(self, asked: ask.EraseCalls, who: Caller) -> ask.Certificates:
        """Erase several calls in one batch, but for those that are held.

        Nothing is done if one of them is not there, or all are held.
        """
        for recording in asked.recordings:
            if not _RID.fullmatch(recording):
                raise Refused("not_found")
        named = list(dict.fromkeys(asked.recordings))
        if not named:
            raise Refused("no_calls_chosen")
        return self._erase(named, asked, who)

    def _erase(
        self, named: Sequence[str], asked: ask.EraseCall | ask.EraseCalls, who: Caller
    ) -> ask.Certificates:
        """Erase calls, each named by one of its recordings; return how far each came."""
        reason = checked_reason(asked.reason)
        parts = {recording: self._there(recording) for recording in named}
        kept = [one for recording, rids in parts.items() if (one := self._kept(recording, rids))]
        for one in kept:
            del parts[one.recording]
        if not parts:
            raise Refused("held")
        calls = list(parts.values())
        if sum(map(len, calls)) > MOST_BY_HAND:
            raise Refused("too_many", most=MOST_BY_HAND)
        # The reasons first: no erasure by a person without one.
        for rids in calls:
            self._recordings.reasons.erasing(rids, asked.ground, reason, who.operator)
        every = dict.fromkeys(rid for rids in calls for rid in rids)
        orders = [Order(rid, asked.ground.value, who.actor) for rid in every]
        made = {one.recording: one for one in self._carry_out(orders, calls, asked, kept)}
        certificates = [self._certificate(recording) or made[recording] for recording in parts]
        return ask.Certificates(tuple(certificates), tuple(kept))

    def _carry_out(
        self,
        orders: Sequence[Order],
        calls: Collection[Sequence[str]],
        asked: ask.EraseCall | ask.EraseCalls,
        kept: Sequence[ask.KeptByHold],
    ) -> Sequence[ask.ErasureCertificate]:
        """Erase recordings by one order, which is kept for its certificate before they are gone."""
        certificates = self._recordings.certificates
        usual = OrderedBy.PERSON if asked.ground in BY_PERSON else OrderedBy.OFFICE
        by = OrderedBy(asked.by) if asked.by is not None else usual
        told = [self._as_certified(rids) for rids in dict.fromkeys(map(tuple, calls))]
        silent = [one for one in kept if self._recordings.holds.is_silent(one.recording)]
        case = certificates.order(
            told,
            asked.ground.value,
            by,
            kept=[_certified(one) for one in kept if one not in silent],
            kept_silently=[_certified(one) for one in silent],
        )
        try:
            return self._records.erasing.erase(orders)
        except PerhapsOnRecord:
            raise  # the next start carries it out, or forgets it
        except BaseException:
            with suppress(VaultError):
                certificates.drop(case)  # nothing was done
            raise

    def _there(self, recording: str) -> Sequence[str]:
        """Return all recordings of a call that is here; raises Refused."""
        refuse_gone(self._records, recording)
        if self._readers.unreadable.get(recording) is None:
            self._readers.catalogue.entry(recording)
        return self._recordings.calls.of(recording)

    def _kept(self, recording: str, rids: Sequence[str]) -> ask.KeptByHold | None:
        """Return why a call stays; None: nothing holds it."""
        held = [rid for rid in rids if self._records.keyring.entry(rid).held]
        if not held:
            return None
        known = next(filter(None, map(self._records.ledger.hold_of, held)), None)
        if known is None:  # the ledger was lost; what is held stays
            raise Refused("held")
        return ask.KeptByHold(recording, known.ground, known.review)

    @handles(ask.ShowCertificate)
    def certificate(self, asked: ask.ShowCertificate, who: Caller) -> ask.ErasureCertificate:
        """Show the certificate of an erasure."""
        made = self._certificate(asked.recording)
        if made is None:
            raise Refused("no_certificate")
        return made

    @handles(ListCertificates)
    def certificates(self, asked: ListCertificates, who: Caller) -> CertificateList:
        """List the certificates of erasures, a page of them."""
        found, seen = self._records.erasing.certificates(asked), dict[str, str]()
        shown = []
        for one in found.certificates:
            issued = self._recordings.certificates.of(one.recording)
            if issued.case and seen.setdefault(issued.case, one.recording) != one.recording:
                continue  # one for one order, however many calls
            shown.append(with_call(one, issued))
        return structs.replace(found, certificates=tuple(shown))

    @handles(ask.ShowErasure)
    def show_erasure(self, asked: ask.ShowErasure, who: Caller) -> ask.ErasureWords:
        """Show why a recording was erased by hand."""
        return self._recordings.reasons.of(asked.recording)

    @handles(GetCertificate)
    def give(self, asked: GetCertificate, who: Caller) -> tuple[CertificateFile, bytes]:
        """Hand over a signed certificate, as it is kept."""
        return signed_file(self._recordings.certificates.of(asked.recording), asked.reader)

    def _as_certified(self, rids: Sequence[str]) -> ErasedCall:
        """Return what a certificate may say of a call, by its rows; no recording is opened."""
        rows = [row for rid in rids if (row := self._row(rid)) is not None]
        if not rows:
            days = [self._records.keyring.entry(rid).day for rid in rids]
            day = min((one for one in days if one is not None), default=None)
            return ErasedCall(rids=tuple(rids), day=day, minutes=None, line=None)
        return ErasedCall(
            rids=tuple(rids),
            day=min(local_day(row.meta.started_at) for row in rows),
            minutes=int(-(-sum(row.seconds for row in rows) // 60)),
            line=rows[0].meta.line,
        )

    def _row(self, rid: str) -> CallRecord | None:
        try:
            return self._readers.catalogue.listed(rid)
        except Refused:
            return None

    def _certificate(self, recording: str) -> ask.ErasureCertificate | None:
        """Return the certificate of a recording and of those erased together with it."""
        made = self._records.erasing.certificate_of(recording)
        if made is None:
            return None
        made = with_signed(made, self._recordings.certificates.of(recording))
        others = [rid for rid in self._recordings.reasons.together(recording) if rid != recording]
        if not others:
            return made
        found = [
            one for one in map(self._records.erasing.certificate_of, others) if one is not None
        ]
        return whole_certificate(made, found)


def _certified(kept: ask.KeptByHold) -> KeptCall:
    """Return what a certificate says of a call that stays."""
    review = date.fromisoformat(kept.review) - date(1970, 1, 1)
    return KeptCall(reason=kept.ground.value, review=review.days)


def refuse_gone(records: Records, recording: str) -> None:
    """Refuse what was erased; raises Refused."""
    if recording in records.keyring:
        return  # its key is there, so it is not erased
    made = records.erasing.certificate_of(recording)
    if made is not None and made.state != "failed":
        raise Refused("erased")
