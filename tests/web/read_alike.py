"""Return what leaves a box as it reads alike in two worlds: without what chance draws."""

import io
import json
import re
import zipfile
from base64 import b64encode
from typing import Any

DRAWN = re.compile(
    r'name="csrf_token" value="[^"]+"|data-panel="[0-9a-f]+"'
    r'|(?<=search=)[\w-]+|(?<=name="search" value=")[\w-]+'
)
"""What a panel draws for itself at its start, for each form and each search."""

PLACE = "<dt>Entry of the recording</dt><dd>No. "
"""Behind it the sheet has the number of a recording's entry."""


def proof_of(raw: bytes) -> tuple[Any, ...]:
    """Return a signed file without its signatures and the audit's hash, and its length."""
    *cores, annex = (line.rpartition(b',"sig":')[0] for line in raw.split(b"\n")[1:-1])
    said = json.loads(annex + b"}")
    assert re.fullmatch(r"[0-9a-f]{64}", said.pop("audit_hash"))
    for number, beside in enumerate(said["evidence"]):
        if number and beside["sealed"] is not None:  # where it stands counts what came before it
            beside["sealed"]["line"] = json.loads(beside["sealed"]["line"])["type"]
        for name in ("after", "sealed"):
            if beside[name] is not None:  # digests, as many in both worlds
                assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in beside[name]["path"])
                beside[name]["path"] = len(beside[name]["path"])
    return len(raw), raw.split(b"\n")[0], cores, said


def page_of(text: str) -> str:
    """Return a page without its form's token, the audit's hash, and where later parts stand in it.

    A part that was taken up later stands behind what was done in between.
    """
    newest = re.compile(r'(Newest entry:<br><code class="digest">)[0-9a-f]{64}')
    first, *later = newest.sub(r"\1", DRAWN.sub("", text)).split(PLACE)
    return PLACE.join([first, *later[:1], *(re.sub(r"^\d+", "", one) for one in later[1:])])


def zip_of(raw: bytes) -> list[Any]:
    """Return the files of a ZIP: names, dates, sizes and what is in them; and its own length."""
    found: list[Any] = [len(raw)]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for info in archive.infolist():
            inside: Any = archive.read(info)
            if info.filename.endswith(".jsonl"):
                inside = proof_of(inside)
            elif info.filename.endswith(".html"):
                inside = page_of(inside.decode())
            else:
                inside = b64encode(inside)
            found.append((info.filename, info.date_time, info.file_size, info.comment, inside))
    return found
