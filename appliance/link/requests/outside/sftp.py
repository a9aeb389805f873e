"""Show the backups by SFTP, set them up, accept the server's key, begin one, stop them."""

from appliance.link.operations import Done, Message, Operation, Role, Secret
from appliance.link.requests.outside.backup import BackupRun
from appliance.model.sentences.faults import DeviceFault

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class SftpPlace(Message, frozen=True):
    """Where backups go by SFTP."""

    server: str
    port: int
    user: str
    folder: str  # there; empty: where the user begins
    every: str  # day, week, hand
    whose: str = ""  # the server: own, other; empty: nobody has said


class SftpStanding(Message, frozen=True):
    """How backups by SFTP stand."""

    place: SftpPlace | None  # None: none are set up
    level: str = ""  # of the keyring, which keeps the box's private key
    public: str = ""  # the line for the server's authorized_keys
    accepted: str = ""  # the fingerprint of the server's key; empty: none was accepted
    offered: str = ""  # of the key that the server shows now; empty: not asked, or no answer yet
    looking: bool = False  # the server's key is being asked for
    medium: str = ""  # id
    running: BackupRun | None = None
    code: str = ""  # why the last attempt failed
    trouble: tuple[DeviceFault, ...] = ()  # the same in sentences
    older: bool = False  # an older copy lay there than was last made
    away: bool = False  # the courier has not asked for a while

    @property
    def amiss(self) -> bool:
        """Say whether the last attempt failed."""
        return self.code not in {"", "stopped"}


class GetSftp(Operation[SftpStanding], frozen=True, tag="sftp.get"):
    """Ask how backups by SFTP stand."""

    roles = ADMINISTRATOR
    keeps_awake = False


class ChangeSftp(Operation[Done], frozen=True, tag="sftp.change"):
    """Say where backups go by SFTP; the server's key is then asked for."""

    roles = ADMINISTRATOR
    audit = "sftp_changed"
    audited = "inside"  # once the password is proved
    place: SftpPlace
    password: Secret  # the administrator's own


class LookSftp(Operation[Done], frozen=True, tag="sftp.look"):
    """Ask the server for its key, to compare it."""

    roles = ADMINISTRATOR
    audit = "sftp_looked"


class AcceptSftp(Operation[Done], frozen=True, tag="sftp.accept"):
    """Accept the key that the server has shown; no other is taken from then on."""

    roles = ADMINISTRATOR
    audit = "sftp_accepted"
    audited = "inside"  # once the password is proved
    fingerprint: str  # that was compared
    password: Secret  # the administrator's own


class StartSftp(Operation[Done], frozen=True, tag="sftp.start"):
    """Begin a copy now; it goes on without whoever asked for it."""

    roles = ADMINISTRATOR
    audit = "sftp_begun"


class StopSftp(Operation[Done], frozen=True, tag="sftp.stop"):
    """Make no more backups by SFTP, and forget the box's key for the server."""

    roles = ADMINISTRATOR
    audit = "sftp_stopped"
    audited = "inside"  # once the password is proved
    password: Secret  # the administrator's own
