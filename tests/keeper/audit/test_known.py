from pathlib import Path

from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.log import AuditLog
from appliance.vault.opening.verdicts import AuditFacts
from tests.clocks import ManualClock
from tests.keeper.audit.audits import make_keyring


def test_the_audit_tells_what_was_sealed_and_what_became_of_it(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path, ManualClock(), make_keyring(tmp_path / "keys"))
    audit.append("first_run", "e1")
    sealed, erasing, erased, failed, played = (f"{index}" * 32 for index in range(5))
    for rid in (sealed, erasing, erased, failed):
        audit.append("sealed", "keeper", rid, frames=7, sha256="ab" * 32)
    for rid in (erasing, erased, failed):
        audit.append("erasing", "e1", rid)
    audit.append("erased", "e1", erased)
    audit.append("erase_failed", "e1", failed)
    audit.append("played", "e1", played)
    audit.append("played", "e1", sealed)
    assert known_recordings(audit.entries()) == {
        sealed: AuditFacts(7, "ab" * 32),
        erasing: AuditFacts(7, "ab" * 32, erasing=True),
        erased: AuditFacts(7, "ab" * 32, erased=True),
        failed: AuditFacts(7, "ab" * 32),
    }
