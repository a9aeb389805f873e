"""Show the audit to operators."""

from appliance.keeper.audit.entries import AuditEntry
from appliance.keeper.audit.subjects import read_about
from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests.audit import AuditPage, ListAudit
from appliance.link.requests.calls import AuditLine


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
        clock_ok=entry.clock_ok,
        subject=subject,
        subject_roles=roles,
    )


class Audit:
    """The handler of the audit."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ListAudit)
    def list_audit(self, operation: ListAudit, who: Caller) -> AuditPage:
        """Return one page, newest first, and whether the whole chain holds."""
        audit = self._box.opened().audit
        found = audit.check()
        entries, total, pages = audit.page(operation.page, operation.per_page)
        return AuditPage(
            entries=tuple(audit_line(entry) for entry in entries),
            total=total,
            page=min(max(operation.page, 1), pages),
            pages=pages,
            head=found.head,
            sound=found.sound,
            first_bad=found.first_bad,
        )
