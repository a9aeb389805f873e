"""Build backups: onto a medium at the box, and to a server."""

from collections.abc import Iterator

from appliance.card.sticks import Sticks
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.far.ferry import Ferry
from appliance.keeper.backup.far.target import FarTarget
from appliance.keeper.backup.target import FolderTarget, Target
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TAKE_UP, Chore
from appliance.keeper.doctor.backup import examine_backup, examine_folder, examine_sticks
from appliance.keeper.doctor.sftp import examine_sftp
from appliance.keeper.handlers.backup import BackupDesk
from appliance.keeper.handlers.sftp import SftpDesk
from appliance.keeper.settings.elsewhere import begun_unsaid
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of
from appliance.model.findings import Finding


def build(box: Box) -> Subject:
    """Return the subject."""
    around = box.around

    def copies(now: OpenBox, target: Target) -> Backups:
        def unsaid(medium: str) -> bool:
            media = now.keyring.content.media
            return begun_unsaid(around.config, target.every, medium, media, far=target.far)

        kept = around.folders, now.keyring, now.audit, now.records.time
        return Backups(*kept, target, unsaid, around.seed)

    def at_the_box(now: OpenBox) -> Backups:
        return copies(now, FolderTarget(around.folders.data, lambda: around.config.backup))

    here = box.while_open(at_the_box, close=Backups.close)
    server = box.while_open(lambda now: FarTarget(now.keyring, Ferry()))
    far = box.while_open(lambda now: copies(now, server()), close=Backups.close)
    sftp, sticks = SftpDesk(box, server, far), Sticks()

    def findings() -> Iterator[Finding]:
        seen = sftp.state()
        yield from examine_backup(here().seen(), elsewhere=seen.place is not None)
        yield from examine_folder(around.config.backup)
        yield from examine_sticks(sticks.seen())
        yield from examine_sftp(seen, far().seen())

    def back_up(now: OpenBox) -> None:
        """Begin a copy of the vault where one is due."""
        here().tick()
        far().tick()

    def hears_courier() -> bool:
        seen = sftp.state()
        return seen.place is not None and not seen.away

    return Subject(
        handlers_of(BackupDesk(box, here, far, sticks), sftp),
        chores=(Chore("backup", TAKE_UP, box.with_open(back_up)),),
        findings=findings,
        hears_courier=hears_courier,
    )
