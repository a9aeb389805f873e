"""Keep the keyring's root in an EEPROM beside the clock chip: overwritten is gone (E2).

``docs/format.md``, section 5, draws the pages. A root's head page is cleared first and written
last, so a page that lost power leaves a slot without a head: *torn*, and to be overwritten. A head
that stands beside a root that does not fit can come from no power cut: the cells are *worn*.
"""

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Literal

from appliance.errors import EraserFailed, KeyLost, MadeByNewer, by_newer
from appliance.model.sentences.faults import noted
from appliance.vault.disk import fill_random, wipe
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.eraser import LEVELS, Level
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip
from appliance.vault.opening.shard import Anchor

TITLE_PAGES = (0, 127)
SLOT_PAGES = (8, 16)
ANCHOR_PAGES = (24, 32)

_HEAD, _ROOT, _SEAL = range(3)
"""The pages of a slot."""

SLOT_BYTES = 3 * PAGE_BYTES
_OURS = b"ZGODACHP"
_VERSION = 1
TITLE = struct.pack(">8sBBH20x", _OURS, _VERSION, PAGE_BYTES, CHIP_BYTES)
"""The page that says whose chip this is."""

_LEVEL = LEVELS.index("E2")
_MAGIC = b"ZGODAROT"
_HEAD_PAGE = struct.Struct(">8sBB6xQ8s")
_ANCHOR_PAGE = struct.Struct(">Q16s8s")
_SEALED = b"zgoda eeprom root v1"
_ANCHORED = b"zgoda eeprom anchor v1"
_BLANK_PAGE = bytes(PAGE_BYTES)
_BLANKS = (0x00, 0xFF)
"""What the cells of a new chip may hold."""

Holds = Literal["blank", "root", "foreign"]
"""No root, the root of a vault, or what is not Zgoda's."""

State = Literal["empty", "whole", "torn", "worn"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What one slot holds."""

    state: State
    generation: int | None = None  # of a slot that is whole or worn
    root: bytes = b""


class EepromEraser:
    """Two roots, and the audit's anchor, in the pages of a chip."""

    level: Level = "E2"

    def __init__(self, chip: Chip) -> None:
        """Take the chip; it is asked at each use."""
        self._chip = chip

    @property
    def holds(self) -> Holds:
        """Return what the chip holds, before a vault uses it; raises EraserFailed, MadeByNewer."""
        if TITLE in self._titles():
            return "root" if self.generations() else "blank"
        return "blank" if _is_blank(self._chip.read(0, CHIP_BYTES)) else "foreign"

    def generations(self) -> tuple[int, ...]:
        """Return the generations that have a root, lowest first."""
        whole = [slot.generation for slot in self._slots() if slot.state == "whole"]
        return tuple(sorted(generation for generation in whole if generation is not None))

    def read(self, generation: int) -> bytes:
        """Return the root of a generation; raises KeyLost, EraserFailed or MadeByNewer."""
        slots = self._slots()
        for slot in slots:
            if slot.state == "whole" and slot.generation == generation:
                return slot.root
        if any(slot.state == "worn" and slot.generation == generation for slot in slots):
            raise KeyLost(
                noted(
                    "chip_worn",
                    f"The EEPROM {self._chip.path} no longer gives back the root of generation "
                    f"{generation}: its cells are worn out.",
                    path=self._chip.path,
                )
            )
        raise KeyLost(
            noted(
                "main_key_gone",
                f"The EEPROM {self._chip.path} holds no root of generation {generation}: it is "
                "another chip, or the data folder is older than the last erasure.",
            )
        )

    def slot_level(self, generation: int) -> int:
        """Return the level of the slot that holds a root; raises as ``read``."""
        self.read(generation)
        return _LEVEL

    def prepare(self, generation: int) -> bytes:
        """Make a new root in the spare slot and read it back; raises EraserFailed."""
        root = bytearray(KEY_BYTES)
        fill_random(root)
        try:
            self._begin()
            spare = 1 if self._slots()[0].generation == generation - 1 else 0
            self._put(spare, generation, bytes(root))
            if not hmac.compare_digest(self.read(generation), root):
                raise EraserFailed(
                    noted(
                        "main_key_changed", "The EEPROM gave back another root than it was given."
                    )
                )
            return bytes(root)
        except KeyLost as error:
            raise EraserFailed(
                noted(
                    "main_key_refused",
                    f"The EEPROM did not take a new root: {error}",
                    because=error,
                )
            ) from error
        finally:
            wipe(root)

    def wipe_others(self, generation: int) -> None:
        """Overwrite every root but this generation's; raises EraserFailed."""
        for index, slot in enumerate(self._slots()):
            kept = slot.state == "whole" and slot.generation == generation
            if slot.state != "empty" and not kept:
                self._clear(index)
        slots = self._slots()
        if sorted(slot.state for slot in slots) != ["empty", "whole"]:
            raise EraserFailed(
                noted(
                    "main_key_stays", "The EEPROM still holds an old root, or not the present one."
                )
            )
        if self.generations() != (generation,):
            raise EraserFailed(noted("main_key_gone", "The EEPROM does not hold the root in use."))

    def wipe_all(self) -> None:
        """Overwrite every root and anchor, and the titles last: the chip is blank again."""
        titles = self._titles()
        if TITLE not in titles:
            return  # blank, or another box's
        for index, slot in enumerate(self._slots()):
            if slot.state != "empty":
                self._clear(index)
        if any(slot.state != "empty" for slot in self._slots()):
            raise EraserFailed(noted("main_key_stays", "The EEPROM still holds a root."))
        for page in (*ANCHOR_PAGES, *TITLE_PAGES):
            self._chip.write(page, _BLANK_PAGE)

    def anchor(self, vault_id: bytes) -> Anchor | None:
        """Return the audit's entry that was kept last for this vault."""
        kept = [self._anchor(page, vault_id) for page in ANCHOR_PAGES]
        return max((one for one in kept if one is not None), key=lambda a: a.seq, default=None)

    def keep_anchor(self, vault_id: bytes, anchor: Anchor) -> None:
        """Keep an entry in the page that does not hold the newest one; raises EraserFailed."""
        held = [self._anchor(page, vault_id) for page in ANCHOR_PAGES]
        if anchor in held:
            return
        first, second = (one.seq if one is not None else -1 for one in held)
        page = ANCHOR_PAGES[0 if first <= second else 1]
        self._begin()
        self._chip.write(page, _pack_anchor(vault_id, anchor))

    def _begin(self) -> None:
        """Claim a blank chip; refuse one that holds something else.

        Raises:
            EraserFailed: it is another box's, or does not answer.
            MadeByNewer: a newer version has claimed it.
        """
        titles = self._titles()
        if TITLE not in titles and not _is_blank(self._chip.read(0, CHIP_BYTES)):
            raise EraserFailed(
                noted(
                    "chip_foreign",
                    f"The EEPROM {self._chip.path} holds something that is not Zgoda's: if nobody "
                    "needs it, overwrite the whole chip with zeros first.",
                    path=self._chip.path,
                )
            )
        for page, title in zip(TITLE_PAGES, titles, strict=True):
            if title != TITLE:
                self._chip.write(page, TITLE)

    def _put(self, index: int, generation: int, root: bytes) -> None:
        head = _pack_head(generation)
        seal = _seal(head, root)
        self._write(index, (_HEAD, _BLANK_PAGE), (_ROOT, root), (_SEAL, seal), (_HEAD, head))

    def _clear(self, index: int) -> None:
        """Overwrite a slot: its root first with random bytes, so that every cell is written."""
        noise = bytearray(PAGE_BYTES)
        fill_random(noise)
        blank = [(page, _BLANK_PAGE) for page in (_ROOT, _SEAL)]
        self._write(index, (_HEAD, _BLANK_PAGE), (_ROOT, bytes(noise)), *blank)

    def _write(self, index: int, *pages: tuple[int, bytes]) -> None:
        for page, data in pages:
            self._chip.write(SLOT_PAGES[index] + page, data)

    def _titles(self) -> list[bytes]:
        """Read both titles; raises MadeByNewer where none is of this version and one of a newer."""
        titles = [self._chip.read(page * PAGE_BYTES, PAGE_BYTES) for page in TITLE_PAGES]
        newest = max(map(_version_of, titles))
        if newest > _VERSION and TITLE not in titles:
            raise MadeByNewer(
                noted(
                    "made_by_newer_program",
                    by_newer(f"The EEPROM {self._chip.path}", newest, _VERSION),
                )
            )
        return titles

    def _slots(self) -> list[Slot]:
        self._titles()
        return [_read_slot(self._chip.read(page * PAGE_BYTES, SLOT_BYTES)) for page in SLOT_PAGES]

    def _anchor(self, page: int, vault_id: bytes) -> Anchor | None:
        raw = self._chip.read(page * PAGE_BYTES, PAGE_BYTES)
        seq, digest, _ = _ANCHOR_PAGE.unpack(raw)
        anchor = Anchor(seq, digest)
        return anchor if _pack_anchor(vault_id, anchor) == raw else None


def _version_of(title: bytes) -> int:
    """Return a title's version; 0 if it is none, or a power cut tore it on a chip of zeros or 255.

    Its last 20 bytes are zeros in every version.
    """
    whole = title.startswith(_OURS) and not any(title[-20:])
    return title[len(_OURS)] if whole else 0


def is_ours(title: bytes) -> bool:
    """Say whether a title page names a chip of Zgoda's."""
    return title == TITLE


def _read_slot(raw: bytes) -> Slot:
    """Tell an empty slot, a root, a page that lost power, and worn cells apart."""
    head, root, seal = (raw[at : at + PAGE_BYTES] for at in range(0, SLOT_BYTES, PAGE_BYTES))
    if len(set(raw)) == 1 and raw[0] in _BLANKS:
        return Slot("empty")
    _, _, _, generation, _ = _HEAD_PAGE.unpack(head)
    if head != _pack_head(generation):
        return Slot("torn")
    if not hmac.compare_digest(seal, _seal(head, root)):
        return Slot("worn", generation)
    return Slot("whole", generation, root)


def _pack_head(generation: int) -> bytes:
    plain = _HEAD_PAGE.pack(_MAGIC, 1, _LEVEL, generation, b"")
    return _HEAD_PAGE.pack(_MAGIC, 1, _LEVEL, generation, hashlib.sha256(plain[:-8]).digest())


def _seal(head: bytes, root: bytes) -> bytes:
    return hashlib.sha256(_SEALED + head + root).digest()


def _pack_anchor(vault_id: bytes, anchor: Anchor) -> bytes:
    plain = _ANCHOR_PAGE.pack(anchor.seq, anchor.digest, b"")
    check = hashlib.sha256(_ANCHORED + vault_id + plain[:-8]).digest()
    return plain[:-8] + check[:8]


def _is_blank(raw: bytes) -> bool:
    """Say whether nothing is written: every byte 0 or every byte 255 beyond our own pages.

    Title pages may have lost power while they were written, and a chip that came with 255 has
    zeros where we once wrote.
    """
    rest = bytearray(raw)
    ours = [SLOT_PAGES[index] + page for index in range(2) for page in range(3)]
    for page in (*ours, *ANCHOR_PAGES):
        at = page * PAGE_BYTES
        if not any(rest[at : at + PAGE_BYTES]):
            rest[at : at + PAGE_BYTES] = bytes([rest[PAGE_BYTES]]) * PAGE_BYTES
    for page in TITLE_PAGES:
        at = page * PAGE_BYTES
        for i, wanted in enumerate(TITLE, at):
            if rest[i] in (wanted, 0):
                rest[i] = rest[PAGE_BYTES]
    return len(set(rest)) == 1 and rest[0] in _BLANKS
