"""Make keys for calls to come, once the recovery sheet is confirmed."""

from collections.abc import Callable

from appliance.keeper.first_run.create import publish_pool
from appliance.keeper.surroundings import Surroundings
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.refill import batch


class KeyPool:
    """The keys that recordings will be sealed to."""

    def __init__(
        self,
        around: Surroundings,
        disk: Callable[[], Disk],
        keyring: Callable[[], Keyring | None],
    ) -> None:
        """Prepare.

        Args:
            around: configuration and folders.
            disk: returns what writes the pool.
            keyring: returns the open one; None before the first run.
        """
        self._around, self._disk, self._keyring = around, disk, keyring

    def fill(self) -> None:
        """Make as many as are to lie ahead; raises VaultError."""
        around, keyring = self._around, self._keyring()
        if keyring is not None and keyring.content.sheet_confirmed:
            publish_pool(around.folders, around.config, keyring, self._disk())

    def fill_when_low(self) -> None:
        """Make them once a batch of them is used up; raises VaultError."""
        keyring = self._keyring()
        if keyring is not None:
            ahead = self._around.config.vault.pool_ahead
            if len(keyring.offered()) <= ahead - batch(ahead):
                self.fill()
