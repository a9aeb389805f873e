"""Keep the orders that failed before their commit; each is tried again every half minute."""

from collections.abc import Iterable

from appliance.clock import Clock
from appliance.keeper.erasure.order import Order
from appliance.model.sentences.faults import in_words
from appliance.vault.opening.keyring import Keyring

AGAIN_SECONDS = 30.0

LAPSED = in_words("erasure_lapsed").faults
"""Why an order is not tried again: a hold came after it."""


class FailedOrders:
    """Orders for recordings whose keys are still there. Not for several threads at once."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock
        self._orders: dict[str, Order] = {}
        self._at = 0.0  # monotonic

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, orders: Iterable[Order]) -> None:
        """Keep orders that have just failed."""
        self._orders.update((order.recording, order) for order in orders)
        self._at = self._clock.monotonic() + AGAIN_SECONDS

    def drop(self, rids: Iterable[str]) -> None:
        """Forget the orders for recordings whose keys are gone."""
        for rid in rids:
            self._orders.pop(rid, None)

    def due(self) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
        """Return the orders to be tried now, and those that lapsed: their recordings are held."""
        if not self._orders or self._clock.monotonic() < self._at:
            return (), ()
        lapsed = []
        for rid, order in list(self._orders.items()):
            if rid not in self._keyring:
                del self._orders[rid]
            elif is_held(self._keyring, order):
                lapsed.append(self._orders.pop(rid))
        return tuple(self._orders.values()), tuple(lapsed)


def is_held(keyring: Keyring, order: Order) -> bool:
    """Say whether the recording of an order is on hold."""
    entry = keyring.get(order.recording)
    return entry is not None and entry.held
