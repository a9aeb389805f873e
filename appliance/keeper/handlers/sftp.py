"""Handle backups by SFTP: set up, accept the server's key, begin; give out the steps."""

from contextlib import suppress

from msgspec import structs

from appliance.config.words.vocabulary import BY_HAND
from appliance.errors import Refused
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.far.target import FarTarget, new_place, public_line
from appliance.keeper.box import Box, OpenBox, WhileOpen
from appliance.keeper.people.sessions import Caller
from appliance.keeper.settings.elsewhere import left_unsaid
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import sftp as ask
from appliance.link.requests.processes.steps import NextStep, SftpStep
from appliance.model.outside.sftp import fingerprint, wrong_fields
from appliance.vault.opening.content import KeyringContent, SftpState


class SftpDesk:
    """The handlers of backups by SFTP."""

    def __init__(self, box: Box, server: WhileOpen[FarTarget], far: WhileOpen[Backups]) -> None:
        """Handle copies onto a server, and its key."""
        self._box, self._server, self._far = box, server, far

    @handles(ask.GetSftp)
    def seen(self, operation: ask.GetSftp, who: Caller) -> ask.SftpStanding:
        """Return how they stand."""
        return self.state()

    @handles(ask.ChangeSftp)
    def change(self, operation: ask.ChangeSftp, who: Caller) -> Done:
        """Make copies there from now on; the server's key is asked for, and shown."""
        box, place = self._box.opened(), operation.place
        told = (place.server, place.port, place.user, place.folder, place.every)
        if wrong := wrong_fields(*told, place.whose):
            raise Refused("sftp_place", fields=", ".join(wrong))
        asked = SftpState(*told, whose=place.whose)
        office = self._box.around.config.office
        if asked.elsewhere and office.recipients == "nobody":
            raise Refused("nobody_receives", server=place.server)
        if asked.every == BY_HAND and not office.backup_days:
            raise Refused("backup_days_open")
        new = new_place(box.keyring.content.sftp, asked)
        self._set(box, new, who, operation.password, "sftp_changed")
        if not new.host_key:
            self._server().look()
        return Done()

    @handles(ask.LookSftp)
    def look(self, operation: ask.LookSftp, who: Caller) -> Done:
        """Ask the server for its key."""
        box = self._box.opened()
        if box.keyring.content.sftp is None:
            raise Refused("no_sftp")
        self._refuse_while_running(box)
        self._server().look()
        return Done()

    @handles(ask.AcceptSftp)
    def accept(self, operation: ask.AcceptSftp, who: Caller) -> Done:
        """Take the key that was compared, and no other."""
        box = self._box.opened()
        server = self._server()
        if not server.offers(operation.fingerprint):
            raise Refused("host_key_changed")
        with box.changed_by(who, operation.password, "sftp_accepted"):
            key = server.offers(operation.fingerprint)  # it may have shown another one meanwhile
            with box.keyring.changing() as draft:
                if not key or draft.sftp is None:
                    raise Refused("host_key_changed")
                draft.sftp = structs.replace(draft.sftp, host_key=key)
        server.forget_look()
        self._far().moved()
        with suppress(Refused):  # one that is being made goes on
            self._far().ask(by_hand=False)
        return Done()

    @handles(ask.StartSftp)
    def start(self, operation: ask.StartSftp, who: Caller) -> Done:
        """Begin a copy."""
        self._far().ask()
        return Done()

    @handles(ask.StopSftp)
    def stop(self, operation: ask.StopSftp, who: Caller) -> Done:
        """Make no more copies there."""
        box = self._box.opened()
        self._set(box, None, who, operation.password, "sftp_stopped")
        return Done()

    @handles(NextStep)
    def step(self, operation: NextStep, who: Caller, told: bytes) -> tuple[SftpStep, bytes]:
        """Take what came of a step, and return the next; before the first run there is none."""
        now = self._box.now
        if now is None:
            return SftpStep("rest"), b""
        return self._server().ferry.take(operation, told)

    def state(self) -> ask.SftpStanding:
        """Return how they stand, for people and the doctor."""
        box = self._box.opened()
        state = box.keyring.content.sftp
        if state is None:
            return ask.SftpStanding(None, level=box.keyring.level)
        seen, server = self._far().seen(), self._server()
        return ask.SftpStanding(
            place=ask.SftpPlace(
                state.server, state.port, state.user, state.folder, state.every, state.whose
            ),
            level=box.keyring.level,
            public=public_line(state.key),
            accepted=fingerprint(state.host_key),
            offered=fingerprint(server.offered),
            looking=server.looking,
            medium=state.medium,
            running=seen.running,
            code=seen.code or server.code,
            trouble=seen.trouble,
            older=seen.older,
            away=server.ferry.away,
        )

    # -- within ---------------------------------------------------------------------------------

    def _refuse_while_running(self, box: OpenBox) -> None:
        if self._far().seen().running is not None:
            raise Refused("backup_running")

    def _leave(self, box: OpenBox, new: SftpState | None) -> None:
        """Stop a copy; refuse to leave one there that nothing reaches any more."""
        if not self._far().stop():
            raise Refused("backup_running")
        if left_unsaid(self._box.around.config, box.keyring.content, new):
            raise Refused("backup_left")

    def _set(
        self, box: OpenBox, new: SftpState | None, who: Caller, password: str, act: str
    ) -> None:
        """Prove the password, put it on record, and change; older copies then open no more."""

        def change(draft: KeyringContent) -> None:
            draft.sftp = new

        with box.changed_by(who, password, act, lambda: self._leave(box, new)):
            box.records.renew(change, who.actor)
        self._server().forget_look()
        self._far().moved()
