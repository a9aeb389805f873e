"""Examine the backups by SFTP: is the server's key the same, how old is the last copy."""

from collections.abc import Iterator

from appliance.clock import DAY
from appliance.keeper.doctor.backup import OLD, WAITS, examine_owed
from appliance.link.requests.outside.backup import BackupState
from appliance.link.requests.outside.sftp import SftpStanding
from appliance.model.findings import Finding, find
from appliance.model.outside.sftp import HOST_KEY


def examine_sftp(seen: SftpStanding, copies: BackupState) -> Iterator[Finding]:
    """Yield the findings about backups by SFTP; none where they are not set up.

    Args:
        seen: how they stand.
        copies: how the copies there stand.
    """
    if seen.place is None:
        return
    if not seen.place.whose:
        yield find("sftp.whose")
    if seen.away:
        yield find("sftp.away")
    if not seen.accepted:
        yield find("sftp.unaccepted")
        return
    yield from examine_owed(copies)
    if copies.older:
        yield find("sftp.older")
    if copies.code == HOST_KEY:
        yield find("sftp.host_key")
    else:
        yield _last(copies)


def _last(seen: BackupState) -> Finding:
    if seen.code == WAITS:
        return find("sftp.waits")
    days = int(seen.age // DAY) if seen.age is not None else 0
    if days >= OLD.get(seen.every, OLD["day"]):
        return find("sftp.old", days=days)
    if seen.code not in {"", "stopped"}:
        return find("sftp.fails")
    if not seen.finished:
        return find("sftp.first")
    if seen.age is None:
        return find("sftp.unknown_age", count=seen.recordings)
    return find("sftp.fine", count=seen.recordings)
