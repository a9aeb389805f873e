"""Erase recordings with their rows in the catalogue and open readers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.erasure.certificates import KeptCertificates
from appliance.keeper.erasure.order import Order
from appliance.keeper.reading.playback import Playbacks
from appliance.keeper.reading.reading import Reading
from appliance.link.requests.calls import ErasureCertificate
from appliance.link.requests.papers.certificates import CertificateList, ListCertificates
from appliance.link.requests.people import OldKeys
from appliance.model.sentences.faults import DeviceFault
from appliance.vault.opening.keyring import Change, Keyring

MOST_BY_HAND = 100
"""Recordings that a person erases at once without proving the password again."""


class RecordingErasure:
    """Erasure with everything that names a recording."""

    def __init__(
        self,
        erasure: Erasure,
        keyring: Keyring,
        certificates: KeptCertificates,
        catalogue: Catalogue,
        reading: Reading,
        playbacks: Playbacks,
    ) -> None:
        self._erasure = erasure
        self._keyring = keyring
        self._certificates = certificates
        self._catalogue = catalogue
        self._reading = reading
        self._playbacks = playbacks

    @property
    def pending(self) -> tuple[str, ...]:
        """Return the recordings whose keys are gone but whose erasure is not finished."""
        return self._erasure.pending

    def is_leaving(self, recording: str) -> bool:
        """Say whether a recording's key is gone and its file is about to go."""
        if self._erasure.erasing_all and recording not in self._keyring:
            return True
        return recording in self._erasure.pending

    @property
    def failed(self) -> int:
        """Return how many recordings should be erased and could not be so far."""
        return self._erasure.failed

    @property
    def trouble(self) -> tuple[DeviceFault, ...]:
        """Return why the last attempt failed; empty if it did not."""
        return self._erasure.trouble

    @property
    def old_keys(self) -> OldKeys:
        """Say whether changed or removed passwords still open an old keyring copy."""
        if self._erasure.failing:
            return "failed"
        return "going" if self._erasure.unfinished else "gone"

    def certificate_of(self, recording: str) -> ErasureCertificate | None:
        """Return the certificate of a recording's last erasure; None if there was none."""
        return self._certificates.of(recording)

    def certificates(self, asked: ListCertificates) -> CertificateList:
        """Return a page of certificates; raises Refused."""
        return self._certificates.listed(asked)

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        """Let no erasure begin or end meanwhile; yield whether none is unfinished."""
        with self._erasure.at_rest() as rests:
            yield rests

    def renew(self, change: Change, actor: str) -> None:
        """Change who may log in so that older keyring copies no longer open; raises VaultError."""
        self._erasure.rotate(change, actor)
        self._certificates.remember(self._erasure.due())  # of a batch finished for it

    def renew_when_old(self) -> None:
        """Make a new root if the present one is a week old; raises VaultError."""
        self._erasure.renew_when_old()
        self._certificates.remember(self._erasure.due())

    def discard(self, rids: Sequence[str]) -> None:
        """Erase keys that no recording was sealed to; raises VaultError."""
        self._erasure.discard(rids)
        self._certificates.remember(self._erasure.due())

    def erase(
        self, orders: Sequence[Order], *, proved: bool = False
    ) -> tuple[ErasureCertificate, ...]:
        """Erase recordings, in one batch.

        Args:
            orders: what to erase, and by whose order.
            proved: who gives the orders has just proved the password again.

        Returns:
            A certificate for each, ``erasing`` or ``failed``; ``tick`` settles them later.

        Raises:
            Refused: ``prove_again``: too many by hand for a session that was perhaps left open.
            VaultError: the audit could not be written, so nothing was done.
        """
        if not orders:
            return ()
        by_hand = sum(order.actor != KEEPER for order in orders)
        if by_hand > MOST_BY_HAND and not proved:
            raise Refused("prove_again", count=by_hand)
        made = self._carry_out(orders)
        self._certificates.remember([*self._erasure.due(), *made])
        return made

    def _carry_out(
        self, orders: Sequence[Order], *, again: bool = False
    ) -> tuple[ErasureCertificate, ...]:
        rids = [order.recording for order in orders]
        where = self._keyring.where(rids)
        self._let_go(rids)
        try:
            made = self._erasure.erase(orders, again=again)
        finally:
            # Again: a listener may have started before the keys were gone.
            self._let_go(rids)
            left = self._keyring.where(rids)
            self._catalogue.drop(place for rid, place in where.items() if rid not in left)
        return made

    def _let_go(self, rids: Sequence[str]) -> None:
        """End all playback, and let the reading child forget its keys."""
        self._playbacks.drop(rids)
        self._reading.close_recordings(rids)

    def tick(self) -> tuple[ErasureCertificate, ...]:
        """Finish what is due, and try again what failed; call it every few seconds.

        Returns:
            The settled certificates.
        """
        settled = self._erasure.due()
        again = self._erasure.to_retry()
        if again:
            self._carry_out(again, again=True)
            settled += self._erasure.due()
        self._certificates.remember(settled)
        return settled

    def resume(self, audit: AuditLog) -> tuple[ErasureCertificate, ...]:
        """Finish at boot what an earlier run began; raises VaultError."""
        settled = self._erasure.resume(audit.unsettled())
        self._catalogue.tidy()
        self._certificates.remember(settled)
        return settled

    def by_keeper(self, recordings: Sequence[str], ground: str) -> tuple[ErasureCertificate, ...]:
        """Erase recordings by the keeper's own order: retention or a caller's withdrawal."""
        return self.erase([Order(rid, str(ground), KEEPER) for rid in recordings])
