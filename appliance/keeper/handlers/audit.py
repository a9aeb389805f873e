"""Show the audit to operators."""

from appliance.errors import Refused
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.search import EntryQuery, spanning
from appliance.keeper.audit.subjects import read_about, read_purpose, read_recipient
from appliance.keeper.box import Box
from appliance.keeper.handlers.calls.discretion import Discretion
from appliance.keeper.people.qr import qr_svg
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.registry import operations, tag
from appliance.link.requests.audit import (
    AuditLine,
    AuditPage,
    GetHead,
    ListAudit,
    SignedHead,
    TellDenied,
)
from appliance.vault.audit.entries import AuditEntry


def audit_line(entry: AuditEntry) -> AuditLine:
    """Return an entry as a panel shows it."""
    subject, roles = read_about(entry.detail)
    return AuditLine(
        seq=entry.seq,
        time=entry.t,
        type=entry.type,
        actor=entry.actor,
        recording=entry.rid,
        case=entry.case,
        count=entry.count,
        clock_ok=entry.clock_ok,
        subject=subject,
        subject_roles=roles,
        purpose=read_purpose(entry.detail),
        recipient=read_recipient(entry.detail),
    )


class Audit:
    """The handlers of the audit."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ListAudit)
    def list_audit(self, operation: ListAudit, who: Caller) -> AuditPage:
        """Return one page, and whether the chain holds."""
        box = self._box.opened()
        audit, calls = box.audit, box.records.recordings.calls
        found = audit.check()
        wanted = spanning(
            operation.types,
            operation.actor,
            operation.since,
            operation.until,
            oldest_first=operation.order == "oldest",
        )
        if wanted == EntryQuery():
            entries, total, pages = audit.page(operation.page, operation.per_page)
            page = min(max(operation.page, 1), pages)
        else:
            entries, total, page, pages = audit.search(wanted, operation.page, operation.per_page)
        told = {entry.rid for entry in entries if entry.rid}
        told -= Discretion(box.records.recordings, who).concealed
        marks = ((rid, calls.unreal(rid)) for rid in sorted(told))
        return AuditPage(
            entries=tuple(audit_line(entry) for entry in entries),
            total=total,
            page=page,
            pages=pages,
            head=found.head,
            sound=found.sound,
            first_bad=found.first_bad,
            since=found.since,
            whole=audit.checked_whole,
            unreal=tuple(mark for mark in marks if mark[1]),
        )

    @handles(GetHead)
    def head(self, operation: GetHead, who: Caller) -> SignedHead:
        """Return the newest head that is final."""
        head = self._box.opened().audit.last_head()
        if head is None:
            return SignedHead()
        return SignedHead(day=head.day, text=head.text, qr_svg=qr_svg(head.text))

    @handles(TellDenied)
    def denied(self, operation: TellDenied, who: Caller) -> Done:
        """Record that the panel turned the caller away, if it had to."""
        box = self._box.opened()
        kind = next((one for one in operations() if tag(one) == operation.operation), None)
        if kind is None or not isinstance(kind.roles, frozenset) or kind.roles & who.roles:
            raise Refused("not_denied")
        act = Act(type="denied", actor=who.actor, detail=tag(kind))
        self._box.tally.denied(act, box.audit.append_many)
        return Done()
