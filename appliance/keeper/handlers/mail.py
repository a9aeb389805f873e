"""Handle mail: set it up, have one sent, stop it; give the courier its errands."""

import contextlib
from collections.abc import Callable, Iterable
from functools import partial

from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox, WhileOpen
from appliance.keeper.chores import attempt
from appliance.keeper.doctor.backup import OWED
from appliance.keeper.doctor.silences import SOON
from appliance.keeper.mail.post import Post
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import mail as ask
from appliance.link.requests.processes.errands import Errand, TakeErrand, TellErrand
from appliance.model.findings import Finding
from appliance.model.outside.mail import wrong_fields
from appliance.model.sentences.findings import SENTENCES
from appliance.threads import NamedThread
from appliance.vault.opening.content import KeyringContent, MailState

LOOK = 600.0
"""Seconds between two examinations of the box for its mail."""


EARLY = frozenset({SOON, OWED})
"""Findings that mail tells although nothing is wrong yet."""


class MailDesk:
    """The handlers of mail."""

    def __init__(
        self,
        box: Box,
        post: WhileOpen[Post],
        examine: Callable[[], Iterable[Finding]],
        also: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare.

        Args:
            box: the box.
            post: what is to be mailed.
            examine: looks at the whole box.
            also: says whether the courier has other errands than mail and backups.
        """
        self._box, self._post, self._examine, self._also = box, post, examine, also
        self._not_before = 0.0
        self._looking: NamedThread | None = None

    @handles(ask.GetMail)
    def seen(self, operation: ask.GetMail, who: Caller) -> ask.MailStanding:
        """Return how mail stands."""
        box = self._box.opened()
        place, facts = box.keyring.content.mail, self._post().facts()
        if place is None:
            return ask.MailStanding(None, level=box.keyring.level)
        return ask.MailStanding(
            place=ask.MailPlace(
                server=place.server,
                port=place.port,
                tls=place.tls,
                user=place.user,
                sender=place.sender,
                recipients=place.recipients,
                daily=place.daily,
            ),
            level=box.keyring.level,
            waiting=facts.waiting is not None,
            code=facts.code,
            sent=facts.sent,
            away=facts.away,
        )

    @handles(ask.ChangeMail)
    def change(self, operation: ask.ChangeMail, who: Caller) -> Done:
        """Send mail to a place from now on; a first one tries it."""
        box = self._box.opened()
        place, secret = operation.place, self._secret(box, operation)
        if wrong := wrong_fields(
            place.server, place.port, place.user, secret, place.sender, place.recipients
        ):
            raise Refused("mail_place", fields=", ".join(wrong))
        new = MailState(
            server=place.server,
            port=place.port,
            tls=place.tls,
            user=place.user,
            secret=secret,
            sender=place.sender,
            recipients=place.recipients,
            daily=place.daily,
        )
        self._set(box, new, who, operation.password, "mail_changed")
        self._post().ask()
        return Done()

    @handles(ask.TryMail)
    def try_it(self, operation: ask.TryMail, who: Caller) -> Done:
        """Have a mail sent."""
        self._post().ask()
        return Done()

    @handles(ask.StopMail)
    def stop(self, operation: ask.StopMail, who: Caller) -> Done:
        """Send no more mail."""
        self._set(self._box.opened(), None, who, operation.password, "mail_stopped")
        return Done()

    @handles(TakeErrand)
    def take(self, operation: TakeErrand, who: Caller) -> Errand:
        """Return the next errand; before the first run there is none."""
        now = self._box.now
        if now is None:
            return Errand(wanted=False)
        errand = self._post().take()
        return errand if errand.wanted else Errand(wanted=_is_wanted(now.keyring.content))

    @handles(TellErrand)
    def told(self, operation: TellErrand, who: Caller) -> Done:
        """Take word of an errand."""
        self._post().told(operation.number, operation.code)
        return Done()

    # -- chores ---------------------------------------------------------------------------------

    def tell_wanted(self) -> None:
        """Say beside the keeper's socket whether a courier is wanted; call it every second."""
        now, flag = self._box.now, self._box.around.folders.courier_wanted
        if now is not None and (_is_wanted(now.keyring.content) or self._also()):
            if not flag.exists():
                flag.touch(mode=0o644)
        else:
            with contextlib.suppress(FileNotFoundError):
                flag.unlink()

    def look_in_thread(self) -> None:
        """Do what ``look`` does without keeping other chores: a device may not answer."""
        if self._looking is None or not self._looking.is_alive():
            self._looking = NamedThread(partial(attempt, "mail", self.look), "mail")
            self._looking.start()

    def look(self) -> None:
        """Examine the box for its mail, every ten minutes where mail is set up."""
        now, monotonic = self._box.now, self._box.around.clock.monotonic()
        if now is None or now.keyring.content.mail is None or monotonic < self._not_before:
            return
        self._not_before = monotonic + LOOK
        # The recorder names findings, too: what it makes up is no finding, and no word of a mail.
        known = (finding for finding in self._examine() if finding.id in SENTENCES)
        told = [each.id for each in known if each.level == "fail" or each.id in EARLY]
        self._post().see(told)

    # -- within ---------------------------------------------------------------------------------

    def _secret(self, box: OpenBox, operation: ask.ChangeMail) -> str:
        """Return the password for the mail server.

        The kept one stays for the same server and user alone: nobody has it sent elsewhere.

        Raises:
            Refused: ``mail_secret``: it has to be typed.
        """
        if operation.secret is not None:
            return operation.secret
        before, place = box.keyring.content.mail, operation.place
        if before is None or (before.server, before.user) != (place.server, place.user):
            raise Refused("mail_secret")
        return before.secret

    def _set(
        self, box: OpenBox, new: MailState | None, who: Caller, password: str, act: str
    ) -> None:
        """Prove the password, put it on record, and change; older copies then open no more."""

        def change(draft: KeyringContent) -> None:
            draft.mail = new

        with box.changed_by(who, password, act):
            box.records.renew(change, who.actor)
        self._post().moved()
        self.tell_wanted()


def _is_wanted(content: KeyringContent) -> bool:
    """Say whether anything is set up for which the courier has to run."""
    return content.mail is not None or content.sftp is not None
