"""Ask the process behind a socket: one connection a call, one sentence if it fails."""

import contextlib
import io
import itertools
import os
import socket
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from msgspec import Struct

from appliance.config.places import user_name
from appliance.errors import LinkError, MessageRefused, WrongServer
from appliance.link import frames
from appliance.link.operations import Operation
from appliance.link.patience import Patience
from appliance.link.sockets import address, peer_uid
from appliance.model.sentences.faults import noted

ReplyT = TypeVar("ReplyT", bound=Struct)


class Client:
    """A client of one socket; several threads may share it."""

    def __init__(
        self,
        path: Path,
        timeout: float = 60.0,
        *,
        process: str = "keeper",
        uid: int | None = None,
        silent: Callable[[], bool] = lambda: False,
    ) -> None:
        """Prepare; the first call connects.

        Args:
            path: the socket.
            timeout: seconds that an answer may take.
            process: the other process's name, for error messages.
            uid: the user whose process must be at the other end: nothing is sent to another's.
                None for this process's own user.
            silent: says whether the other process stands still: then nothing of it is awaited.
        """
        self._silent = silent
        self._uid = os.geteuid() if uid is None else uid
        self._path = path
        self._timeout = timeout
        self._process = process
        self._numbers = itertools.count(1)

    def call(
        self, operation: Operation[ReplyT], session: str | None = None, upload: bytes = b""
    ) -> ReplyT:
        """Ask, and return the answer.

        Raises:
            Refused: the other process says no, with a code and a sentence.
            LinkError: it cannot be reached, or does not answer as agreed.
        """
        return self.call_with_bytes(operation, session, upload)[0]

    def call_with_bytes(
        self, operation: Operation[ReplyT], session: str | None = None, upload: bytes = b""
    ) -> tuple[ReplyT, bytes]:
        """Ask, and return the answer with the raw bytes behind it; raises as ``call`` does."""
        number = next(self._numbers)
        line = frames.encode_request(number, operation, session, len(upload))
        with self._asked(line + upload) as answers:
            frame = frames.decode_reply(self._line(answers), number)
            value = frames.decode_value(frame, operation.reply())
            if frame.bytes and not operation.sends_bytes:
                raise MessageRefused("The answer brings bytes that nobody asked for.")
            return value, self._raw(answers, frame)

    def watch(
        self, operation: Operation[ReplyT], session: str | None = None, *, tick: float = 1.0
    ) -> Iterator[ReplyT | None]:
        """Ask for a stream, and yield its replies until the other process ends it.

        Args:
            operation: one that streams.
            session: the operator's token.
            tick: yield None whenever so many seconds brought no reply, so that a caller that passes
                the replies on can check whether its own client is still there.

        Raises:
            Refused: the other process says no.
            LinkError: it cannot be reached, or went away.
        """
        number = next(self._numbers)
        line = frames.encode_request(number, operation, session)
        with self._spoken() as connection:
            self._send(connection, line)
            connection.settimeout(tick)
            for answer in self._ticking(connection):
                if answer is None:
                    yield None
                    continue
                frame = frames.decode_reply(answer, number)
                if frame.ends_stream:
                    return
                yield frames.decode_value(frame, operation.reply())

    def download(
        self, operation: Operation[ReplyT], session: str | None = None
    ) -> Generator[tuple[ReplyT, bytes], None, None]:
        """Ask for a file in pieces; yield each reply and its bytes as they come.

        Closing the iterator closes the connection, so that the other process stops at once.

        Raises:
            Refused: the other process says no, also in the middle.
            LinkError: it cannot be reached, or went away before the end.
        """
        number = next(self._numbers)
        line = frames.encode_request(number, operation, session)
        with self._asked(line) as answers:
            while not (frame := frames.decode_reply(self._line(answers), number)).ends_stream:
                yield frames.decode_value(frame, operation.reply()), self._raw(answers, frame)

    def _raw(self, answers: BinaryIO, frame: frames.ReplyFrame) -> bytes:
        raw = answers.read(frame.bytes)
        if len(raw) != frame.bytes:
            raise LinkError(
                noted(
                    "process_stopped",
                    f"The {self._process} stopped in the middle of an answer.",
                    process=self._process,
                )
            )
        return raw

    def _ticking(self, connection: socket.socket) -> Iterator[bytes | None]:
        """Yield whole lines, and None when the connection's timeout passes without a byte."""
        held = b""
        while True:
            try:
                piece = connection.recv(64 * 1024)
            except TimeoutError:
                if self._silent():
                    raise
                yield None
                continue
            if not piece:
                raise LinkError(
                    noted(
                        "process_closed",
                        f"The {self._process} closed the connection without an answer.",
                        process=self._process,
                    )
                )
            *whole, held = (held + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if len(held) > frames.REPLY_LIMIT:
                raise MessageRefused(f"An answer is longer than {frames.REPLY_LIMIT} bytes.")

    @contextlib.contextmanager
    def _asked(self, message: bytes) -> Iterator[BinaryIO]:
        """Send a message, and give what comes back."""
        with self._spoken() as connection:
            self._send(connection, message)
            with io.BufferedReader(Patience(connection, self._timeout, self._silent)) as answers:
                yield answers

    @contextlib.contextmanager
    def _spoken(self) -> Iterator[socket.socket]:
        """Connect; turn the system's errors into a LinkError with a sentence."""
        try:
            if self._silent():
                raise TimeoutError
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self._timeout)
                with address(self._path) as where:
                    connection.connect(where)
                self._check_server(connection)
                yield connection
        except TimeoutError:
            raise LinkError(
                noted(
                    "process_slow",
                    f"The {self._process} does not answer in time.",
                    process=self._process,
                )
            ) from None
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            raise LinkError(
                noted(
                    "process_away",
                    f"The {self._process} is not running: nobody answers at {self._path}.",
                    process=self._process,
                    path=self._path,
                )
            ) from None
        except PermissionError:
            raise LinkError(
                noted(
                    "process_denied",
                    f"This user may not speak to the {self._process}.",
                    process=self._process,
                )
            ) from None
        except OSError as error:
            raise LinkError(
                noted(
                    "process_gone",
                    f"The {self._process} went away: {error.strerror}.",
                    process=self._process,
                    detail=error.strerror,
                )
            ) from None

    def _check_server(self, connection: socket.socket) -> None:
        """Raise WrongServer if the kernel says that another user's process listens there."""
        uid = peer_uid(connection)
        if uid != self._uid:
            user, wanted = user_name(uid), user_name(self._uid)
            raise WrongServer(
                noted(
                    "process_of_another",
                    f"{self._path} is served by the user {user} and not by {wanted}, as the "
                    f"{self._process} is: nothing was sent there.",
                    path=self._path,
                    user=user,
                    wanted=wanted,
                    process=self._process,
                ),
                socket=self._path,
                user=user,
                wanted=wanted,
            )

    def _send(self, connection: socket.socket, message: bytes) -> None:
        # A server that refuses a message closes without reading the rest. Its reason already waits
        # for us, so a broken pipe here must not hide it.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            Patience(connection, self._timeout, self._silent).send(message)

    def _line(self, answers: BinaryIO) -> bytes:
        line = answers.readline(frames.REPLY_LIMIT + 1)
        if not line:
            raise LinkError(
                noted(
                    "process_closed",
                    f"The {self._process} closed the connection without an answer.",
                    process=self._process,
                )
            )
        return line
