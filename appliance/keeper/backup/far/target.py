"""Keep the server that copies go to: its key, the box's own, and the first look."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from msgspec import structs

from appliance.keeper.backup.far.ferry import Ferry
from appliance.keeper.backup.far.medium import SAYS, FarMedium, trouble
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.target import Acts
from appliance.keeper.errands import PAUSES
from appliance.link.requests.processes.steps import Loan, SftpStep
from appliance.model.outside.sftp import FOLDER_AT, fingerprint, is_host_key
from appliance.model.sentences.faults import noted
from appliance.threads import NamedThread
from appliance.vault.opening.content import SftpState
from appliance.vault.opening.keyring import Keyring


def public_line(seed: bytes) -> str:
    """Return what the server's authorized_keys gets: file transfer alone, and no terminal."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    key = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return f'restrict,command="internal-sftp" {key} zgoda'


def new_place(before: SftpState | None, place: SftpState) -> SftpState:
    """Return a place with its keys: the server's and the box's stay with their server and user."""
    if before is not None and (before.server, before.port, before.user) == (
        place.server, place.port, place.user,
    ):  # fmt: skip
        same = before.folder == place.folder
        medium = before.medium if same else secrets.token_hex(16)
        return structs.replace(place, key=before.key, host_key=before.host_key, medium=medium)
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    return structs.replace(place, key=seed, host_key="", medium=secrets.token_hex(16))


class FarTarget:
    """The server that the keyring names. Threads may share it."""

    acts = Acts("sftp_begun", "sftp_made", "sftp_failed")
    pauses: tuple[float, ...] = PAUSES
    far = True

    def __init__(self, keyring: Keyring, ferry: Ferry) -> None:
        """Prepare.

        Args:
            keyring: keeps the place and the keys.
            ferry: to the courier.
        """
        self._keyring, self.ferry = keyring, ferry
        self._one = threading.Lock()  # one trip at a time: the courier has one connection
        self._looking: NamedThread | None = None
        self.offered = ""
        """The key that the server has shown, as in known_hosts; nothing was sent there."""
        self.code = ""
        """Why the last look failed."""

    @property
    def state(self) -> SftpState | None:
        """Return what the keyring keeps."""
        return self._keyring.content.sftp

    @property
    def place(self) -> str:
        """Return the server's name, once its key was accepted."""
        state = self.state
        return state.server if state is not None and state.host_key else ""

    @property
    def every(self) -> str:
        """Return how often."""
        state = self.state
        return state.every if state is not None else "hand"

    @property
    def medium(self) -> str:
        """Return the medium's id."""
        state = self.state
        return state.medium if state is not None else ""

    # -- the server's key -----------------------------------------------------------------------

    @property
    def looking(self) -> bool:
        """Say whether the server's key is being asked for."""
        return self._looking is not None and self._looking.is_alive()

    def look(self) -> None:
        """Ask for the server's key in a thread."""
        if self.looking:
            return
        self.offered = self.code = ""
        self._looking = NamedThread(self._look, "sftp look")
        self._looking.start()

    def _look(self) -> None:
        state = self.state
        if state is None:
            return
        try:
            with self._one, self._trip():
                told, _ = self.ferry.do(SftpStep("look", loan=_loan(state, shows=False)))
            if told.code or not is_host_key(told.host_key):
                raise trouble(told.code)
        except BackupFailed as error:
            self.code = error.code
        else:
            if self.state == state:
                self.offered = told.host_key

    def forget_look(self) -> None:
        """Forget what the server has shown."""
        self.offered = self.code = ""

    def offers(self, shown: str) -> str:
        """Return the key that the server has shown, if it has this fingerprint; else nothing."""
        offered = self.offered
        return offered if offered and fingerprint(offered) == shown else ""

    # -- copies ---------------------------------------------------------------------------------

    @contextmanager
    def open(self, stopped: Callable[[], bool]) -> Iterator[FarMedium]:
        """Log in, and find the folder; a first one there is marked."""
        with self._one, self._trip():
            state = self.state
            if state is None or not state.host_key:
                raise BackupFailed(
                    "stopped", noted("server_unaccepted", "The server's key was not accepted yet.")
                )
            medium = FarMedium(self.ferry, _loan(state, shows=True), stopped)
            medium.settle(state.medium, ours=state.medium in self._keyring.content.media)
            if medium.id != state.medium:
                self._adopt(state, medium.id)
            yield medium

    def close(self) -> None:
        """End every trip."""
        self.ferry.close()

    @contextmanager
    def _trip(self) -> Iterator[None]:
        self.ferry.begin()
        try:
            yield
        finally:
            self.ferry.end()

    def _adopt(self, state: SftpState, medium: str) -> None:
        """Take the mark that lies there, unless it is that of a medium which is elsewhere."""
        known = self._keyring.content.media.get(medium)
        if known is not None and not known.far:
            raise BackupFailed("other_box", SAYS["other_box"])
        with self._keyring.changing() as draft:
            if draft.sftp == state:
                draft.sftp = structs.replace(state, medium=medium)


def _loan(state: SftpState, *, shows: bool) -> Loan:
    key = ""
    if shows:
        private = Ed25519PrivateKey.from_private_bytes(state.key)
        form = (Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        key = private.private_bytes(*form).decode()
    folder = (state.folder or ".").rstrip("/") + FOLDER_AT
    return Loan(
        server=state.server,
        port=state.port,
        user=state.user,
        folder=folder,
        host_key=state.host_key if shows else "",
        key=key,
    )
