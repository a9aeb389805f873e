"""Write several calls' sound into one ZIP file while it is sent, in constant memory.

Each call's signed proof lies behind its sound, and lists this very copy. The files are stored as
they are: sound hardly shrinks. A list inside names each call, also one that was not handed over,
and why.
"""

import errno
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from appliance.errors import LinkError, Refused
from appliance.link.requests.calls import ExportCall, ExportPiece, Recipient
from appliance.link.requests.proof import GetProof, ProofFile
from appliance.model.sentences.refusals import refusal_of
from appliance.model.sentences.refusals_by_subject.refusal import Level
from web import access
from web.sink import Sink

LIST_NAME = "contents.txt"

OF_THE_CALL = {Level.MISSING, Level.GONE, Level.CHECK, Level.FORBIDDEN, Level.FAILED}
"""Refusals that may say something about one call; any other ends the whole file."""

Opened = tuple[ExportPiece, Iterator[bytes]]
Download = Callable[[ExportCall], Opened]
Fetch = Callable[[GetProof], tuple[ProofFile, bytes]]

PROOF = ".proof.jsonl"


@dataclass(frozen=True, slots=True)
class Texts:
    """What the list inside says, in the reader's language."""

    heading: str
    refused: Callable[[Refused], str]  # says why a call is not there


class Archive:
    """A ZIP file of calls; iterate over it once."""

    def __init__(
        self, calls: Sequence[tuple[str, str]], texts: Texts, recipient: Recipient
    ) -> None:
        """Open the first call that may be handed over.

        Args:
            calls: recordings, and how the list names each.
            texts: of the list.
            recipient: for whom they are, which each call's record says.

        Raises:
            Refused: none may be handed over; the last refusal.
        """
        self._download: Download = access.downloader()
        self._fetch: Fetch = access.fetcher()
        self._calls = list(calls)
        self._texts = texts
        self._recipient = recipient
        self._lines = [texts.heading, ""]
        self._first = self._open_one()

    def _open_one(self) -> Opened:
        for at, (recording, named) in enumerate(self._calls):
            try:
                opened = self._download(self._asked(recording))
            except Refused as refusal:
                if refusal_of(refusal).level not in OF_THE_CALL or at == len(self._calls) - 1:
                    raise
                self._leave_out(named, refusal)
            else:
                self._calls = self._calls[at:]
                return opened
        raise Refused("no_calls_chosen")

    def _asked(self, recording: str) -> ExportCall:
        return ExportCall(recording=recording, recipient=self._recipient)

    def _leave_out(self, named: str, refusal: Refused) -> None:
        self._lines.append(f"-  {named}: {self._texts.refused(refusal)}")

    def __iter__(self) -> Iterator[bytes]:
        sink, opened = Sink(), self._first
        number = 0
        with zipfile.ZipFile(sink, "w") as made:
            for recording, named in self._calls:
                if number:
                    found = self._next(recording, named)
                    if found is None:
                        continue
                    opened = found
                number += 1
                told, sound = opened
                name = f"{number:03}-{told.filename}"
                with made.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                    for piece in sound:
                        entry.write(piece)
                        yield sink.drain()
                made.writestr(
                    zipfile.ZipInfo(f"{name.rpartition('.')[0]}{PROOF}"), self._proof(recording)
                )
                yield sink.drain()
                self._lines.append(f"{name}  {named}")
            made.writestr(LIST_NAME, "\r\n".join(self._lines) + "\r\n")
        yield sink.drain()

    def _proof(self, recording: str) -> bytes:
        """Return a call's signed proof; raises Halted."""
        try:
            return self._fetch(GetProof(recording=recording, recipient=self._recipient))[1]
        except (LinkError, Refused):
            raise access.Halted(errno.ECONNRESET, "the proof was stopped") from None

    def _next(self, recording: str, named: str) -> Opened | None:
        """Open a further call; None if it may not be handed over.

        Raises:
            Halted: the rest cannot be sent, so that the file must not look whole.
        """
        try:
            return self._download(self._asked(recording))
        except Refused as refusal:
            if refusal_of(refusal).level in OF_THE_CALL:
                self._leave_out(named, refusal)
                return None
            raise access.Halted(errno.ECONNRESET, "the download was stopped") from None
        except LinkError:
            raise access.Halted(errno.ECONNRESET, "the download was stopped") from None
