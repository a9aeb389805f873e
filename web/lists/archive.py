"""Write several calls into one ZIP file while it is sent, in constant memory.

Each call has a folder with all that a copy of one call has: its sound, its signed proof, which
lists this very copy, and the sheet to read. The words that callers heard lie beside the folders,
each once. The files are stored as they are: sound hardly shrinks. A list inside says for whom the
copies are and names each call, also one that was not handed over, and why; first of all, one of no
telephone line says so.
"""

import errno
import itertools
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from appliance.errors import LinkError, Refused, ZgodaError
from appliance.link.requests.calls import ExportCall, ExportPiece, Recipient
from appliance.link.requests.proof import GetProof, HearWords, ProofSheet, ShowProof
from appliance.model.proof import unreal_of
from appliance.model.records import Unreal
from appliance.model.sentences.refusals import refusal_of
from appliance.model.sentences.refusals_by_subject.refusal import Level
from web import access
from web.sink import Sink
from web.words import formats

LIST_NAME = "contents.txt"

SHEET = "proof.html"
"""The sheet's name, to be read by people."""

WORDS = "words/"
"""The folder of the words that callers heard."""

OF_THE_CALL = {Level.MISSING, Level.GONE, Level.CHECK, Level.FORBIDDEN, Level.FAILED}
"""Refusals that may say something about one call; any other ends the whole file."""

Opened = tuple[ExportPiece, Iterator[bytes]]
Paper = Callable[[ProofSheet, Mapping[str, str]], str]
"""Returns the sheet to read, by the files of the words that it plays."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the files inside say, in the reader's language."""

    heading: str
    whom: str  # for whom they are
    refused: Callable[[Refused], str]  # says why a call is not there
    paper: Paper
    unreal: Callable[[Unreal], str]  # says why a call's line was no telephone line; nothing for ""


class Archive:
    """A ZIP file of calls; iterate over it once."""

    def __init__(self, calls: Sequence[ExportCall], texts: Texts) -> None:
        """Open the first call that may be handed over.

        Args:
            calls: what is asked for of each.
            texts: of the files inside.

        Raises:
            Refused: none may be handed over; the last refusal.
        """
        self._calls = list(calls)
        self._texts = texts
        self._lines = [texts.heading, texts.whom, ""]
        self._first = self._open_one()

    def _open_one(self) -> Opened:
        for at, asked in enumerate(self._calls):
            try:
                opened = access.download(asked)
            except Refused as refusal:
                if refusal_of(refusal).level not in OF_THE_CALL or at == len(self._calls) - 1:
                    raise
                self._leave_out(asked, refusal)
            else:
                case = opened[0].case
                self._calls = [asked, *(_joining(one, case) for one in self._calls[at + 1 :])]
                return opened
        raise Refused("no_calls_chosen")

    def _leave_out(self, asked: ExportCall, refusal: Refused) -> None:
        self._lines.append(f"-  {_short(asked)}: {self._texts.refused(refusal)}")

    def __iter__(self) -> Iterator[bytes]:
        sink, opened = Sink(), self._first
        number, words = 0, dict[str, str]()
        with zipfile.ZipFile(sink, "w") as made:
            for asked in self._calls:
                if number:
                    found = self._next(asked)
                    if found is None:
                        continue
                    opened = found
                number += 1
                told, sound = opened
                file_name = formats.file_name(told.filename)
                folder = f"{number:03}-{file_name.rpartition('.')[0]}/"
                name = folder + file_name
                with made.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                    for piece in sound:
                        entry.write(piece)
                        yield sink.drain()
                try:
                    shown, files = as_read(asked, self._texts.paper, words, above="../")
                    for file, raw in files:
                        of_all = file.startswith(WORDS)
                        made.writestr(zipfile.ZipInfo(file if of_all else folder + file), raw)
                        yield sink.drain()
                except ZgodaError:
                    raise access.Halted(errno.ECONNRESET, "the proof was stopped") from None
                first = self._texts.unreal(unreal_of(shown.recordings))
                self._lines.append(f"{first}  {name}  {_short(asked)}".lstrip())
            made.writestr(zipfile.ZipInfo(LIST_NAME), "\r\n".join(self._lines) + "\r\n")
        yield sink.drain()

    def _next(self, asked: ExportCall) -> Opened | None:
        """Open a further call; None if it may not be handed over.

        Raises:
            Halted: the rest cannot be sent, so that the file must not look whole.
        """
        try:
            return access.download(asked)
        except Refused as refusal:
            if refusal_of(refusal).level in OF_THE_CALL:
                self._leave_out(asked, refusal)
                return None
            raise access.Halted(errno.ECONNRESET, "the download was stopped") from None
        except LinkError:
            raise access.Halted(errno.ECONNRESET, "the download was stopped") from None


def as_read(
    asked: ExportCall, paper: Paper, words: dict[str, str], above: str = ""
) -> tuple[ProofSheet, Iterator[tuple[str, bytes]]]:
    """Return what a call's proof says, and what a call's copy has beside the sound, by its names.

    Args:
        asked: what was handed over.
        paper: makes the sheet to read.
        words: the words that are in the file already, by their hash; gets those of this call.
        above: the way from the sheet to the folder of the words.

    Raises:
        ZgodaError: it cannot be made; the files, too, as they are taken.
    """
    recipient = asked.recipient or Recipient.CALLER
    told, raw = access.fetch(GetProof(recording=asked.recording, recipient=recipient))
    shown = access.ask(ShowProof(recording=asked.recording, recipient=recipient))
    signed = formats.file_name(told.filename), raw
    return shown, itertools.chain([signed], _to_read(shown, paper, words, above))


def _to_read(
    shown: ProofSheet, paper: Paper, words: dict[str, str], above: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the sheet and the words that are not in the file yet."""
    said = {w.prompt_sha256: w.spoken for one in shown.recordings for w in one.receipt.said}
    heard = [sha256 for sha256 in said if sha256 in shown.playable]
    fresh = [sha256 for sha256 in heard if sha256 not in words]
    for sha256 in fresh:
        words[sha256] = f"{WORDS}{len(words) + 1}-{said[sha256]}.wav"
    page = paper(shown, {sha256: above + words[sha256] for sha256 in heard})
    yield SHEET, page.encode()
    for sha256 in fresh:
        yield words[sha256], access.fetch(HearWords(sha256=sha256))[1]


def _joining(asked: ExportCall, case: str) -> ExportCall:
    """Return what is asked of a further call: it is of the same act, and nothing is typed anew."""
    return structs.replace(
        asked,
        joins=case,
        words="",
        file_number="",
        legal_basis="",
        signed_by="",
        silent_until="",
    )


def _short(asked: ExportCall) -> str:
    return asked.recording[:8]
