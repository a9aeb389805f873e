"""Prove the recovery sheet on a backup, in a process that ends with what it opened.

The keeper holds the sheet's groups for as long as it takes to hand them over, and nothing that they
open. Whatever a medium makes of the process that reads it, it is not the keeper.
"""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.errors import LinkError, WrongSecret, ZgodaError, print_faults_without_text
from appliance.keeper.backup.checking import drill
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.opened import open_backup
from appliance.keeper.people import framing
from appliance.memory import DUMPABLE, protect
from appliance.model.records import Unreal
from appliance.model.sentences.faults import noted
from appliance.structs import msgpack_decoder
from appliance.vault.disk import wipe

PATIENCE = 50.0
"""Seconds that it may take; the panel waits a minute for the keeper."""

_BOOT = f"import sys; sys.path[:0] = sys.argv[2:]; from {__name__} import main; main()"


class DrillProof(Struct, frozen=True, tag="proved"):
    """The recording that the sheet has opened, and whose backup it is."""

    recording: str
    started_at: float  # UTC
    seconds: float
    verdict: str
    unreal: Unreal
    number: int  # of the copy
    vault: str  # hex


class DrillFailure(Struct, frozen=True, tag="failed"):
    """Why it was not proved."""

    code: str  # of BackupFailed, or ``wrong_sheet``
    message: str


_answer = msgpack_decoder(DrillProof | DrillFailure)


def prove_apart(secret: bytearray, folder: Path) -> DrillProof:
    """Open the newest recording of a backup in a new process.

    Args:
        secret: the sheet's; the caller wipes it.
        folder: of the medium.

    Raises:
        WrongSecret: it is another office's sheet, or one that was replaced.
        BackupFailed: there is no backup, or it was altered.
        LinkError: the process did not start, died, or took too long.
    """
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with ours, theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        except OSError as error:
            raise LinkError(
                noted(
                    "drill_unstarted",
                    f"No process could be started ({error.strerror}).",
                    detail=error.strerror,
                )
            ) from error
        try:
            theirs.close()
            framing.send(ours, os.fsencode(folder), secret)
            answer = _answer.decode(framing.receive(ours)[0])
        except (EOFError, OSError, msgspec.DecodeError) as error:
            raise LinkError(
                noted("drill_ended", "The process that tries the sheet ended, or took too long.")
            ) from error
        finally:
            process.kill()
            process.wait()
    if isinstance(answer, DrillProof):
        return answer
    if answer.code == "wrong_sheet":
        raise WrongSecret(answer.message)
    raise BackupFailed(answer.code, answer.message)


def prove(folder: Path, secret: bytearray) -> DrillProof | DrillFailure:
    """Open the newest recording of a backup, here, and say how it went."""
    try:
        try:
            opened = open_backup(folder, secret)
        finally:
            wipe(secret)
        try:
            found = drill(opened)
        finally:
            opened.close()
    except WrongSecret as error:
        return DrillFailure("wrong_sheet", str(error))
    except BackupFailed as error:
        return DrillFailure(error.code, str(error))
    except (ZgodaError, OSError) as error:
        return DrillFailure("damaged", str(error))
    made = opened.manifest
    return DrillProof(
        found.recording,
        found.started_at,
        found.seconds,
        found.verdict,
        found.unreal,
        made.number,
        made.vault,
    )


def main() -> None:
    """Prove the sheet that comes through the socket of the first argument."""
    print_faults_without_text()
    if DUMPABLE in protect():
        raise SystemExit("The process that tries the sheet could not be made undumpable.")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as connection, suppress(EOFError, OSError):
        folder, secret = framing.receive(connection)
        answer = prove(Path(os.fsdecode(folder)), secret)
        framing.send(connection, msgspec.msgpack.encode(answer))
