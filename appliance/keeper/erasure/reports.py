"""Put on record how far an erasure came, and certify it."""

import logging
from collections.abc import Callable, Sequence
from typing import Literal

from appliance.clock import Clock
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.erasure.certificates import REMAINS
from appliance.keeper.erasure.order import Batch, Order, act_of
from appliance.link.requests.calls import ErasureCertificate
from appliance.model.sentences.faults import DeviceFault, faults_of
from appliance.vault.opening.eraser import Level
from appliance.vault.opening.keyring import Keyring

_log = logging.getLogger(__name__)

Append = Callable[[Sequence[Act]], range]
"""The audit's ``append_many``: on the disk before it returns; raises VaultError otherwise."""


class Reports:
    """What audit and certificates say of erasures."""

    def __init__(
        self,
        keyring: Keyring,
        append: Append,
        clock: Clock,
        media: Callable[[], tuple[str, ...]],
    ) -> None:
        self._keyring = keyring
        self._append = append
        self._clock = clock
        self._media = media

    def failure(self, orders: Sequence[Order], error: Exception) -> tuple[ErasureCertificate, ...]:
        """Record a failure in the audit and certify it as failed."""
        numbers = self._append(
            [act_of("erase_failed", order, self.detail(order)) for order in orders]
        )
        return tuple(
            self.certificate(order, "failed", seq, faults_of(error))
            for order, seq in zip(orders, numbers, strict=True)
        )

    def others(self, renewed: str, everything: str, batch: Batch) -> list[Act]:
        """Return what the audit says of a batch beside its orders."""
        acts = [Act(type=renewed, actor=one, detail=self.detail()) for one in batch.renewals]
        return acts + [self.of_all(everything)] * batch.everything

    def of_all(self, type: str) -> Act:
        """Return what the audit says of an erasure of everything."""
        order = self._keyring.content.erase_all
        return Act(
            type=type,
            actor=order.asked_by if order is not None else KEEPER,
            detail=f"{self._keyring.lowest_level.lower()}.{self._keyring.generation}",
            count=order.recordings if order is not None else None,
        )

    def detail(self, order: Order | None = None) -> str:
        """Return the level and the keyring's generation as a code word."""
        level = self._level(order) if order is not None else self._keyring.level
        return f"{level.lower()}.{self._keyring.generation}"

    def _level(self, order: Order) -> Level:
        """Return the lowest level that a recording's key had, or any key if it is not known."""
        return order.level or self._keyring.lowest_level

    def certificate(
        self,
        order: Order,
        state: Literal["erasing", "erased", "failed"],
        seq: int = 0,
        faults: tuple[DeviceFault, ...] = (),
    ) -> ErasureCertificate:
        """Certify a step of an erasure."""
        level, generation = self._level(order), self._keyring.generation
        remains = REMAINS[level] + self._media()
        made = (order.recording, state, order.ground, level, generation, self._clock.now())
        return ErasureCertificate(*made, remains, seq, faults)


def logged(error: Exception, before: tuple[DeviceFault, ...]) -> tuple[DeviceFault, ...]:
    """Return why an erasure failed; the log has it once, where it is another reason than before."""
    if before != (faults := faults_of(error)):
        _log.error("An erasure failed: %s", error)
    return faults
