"""Ask a box what the checks of power cuts compare: sounds, prompts, counts, erasures."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from appliance.keeper.audit.lines import readable
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import ExportCall, ListCalls
from appliance.link.requests.processes.prompts_in_use import PromptInUse, PromptsInUse
from appliance.model.audio import Sound
from tests.files import whole_file
from tests.keeper.boxes import KeeperBox
from tests.keeper.office import read_wav


def sound_of(box: KeeperBox, token: str, rids: list[str]) -> Sound:
    """Export what is listed of a call's recordings, one after the other."""
    listed = {call.recording for call in box.ask(ListCalls(per_page=200), token).calls}
    sounds = []
    for rid in rids:
        if rid in listed:
            answer = box.keeper.handle(ExportCall(rid), token)
            sounds.append(read_wav(whole_file(answer)[1]))  # type: ignore[arg-type]
    if not sounds:
        return np.zeros((1, 0), np.int16)
    whole: Sound = np.concatenate(sounds, axis=1)
    return whole


def audible(sound: Sound) -> int:
    """Return the number of recorded samples: A-law knows no zero, and a hole plays as zeros."""
    return int(np.count_nonzero(sound))


def counted(box: KeeperBox, token: str) -> int:
    """Return how many calls were counted."""
    return sum(row[-1] for row in box.ask(GetCounts(days=3650), token).rows)


def keep_a_prompt(box: KeeperBox) -> str:
    """Have a prompt kept for ten years, as the recorder says it; return its hash."""
    assert box.keeper.box is not None
    raw = bytes([1, 0]) * 4000
    name = sha256(raw).hexdigest()
    prompt = PromptInUse(name, "question", "question-pl", "pl", "Zgoda: jeden.", "")
    box.keeper.box.records.keep_prompts(PromptsInUse((prompt,), 3650), {name: raw}.__getitem__)
    return name


def open_erasures(audit: Path) -> set[str]:
    """Return the recordings whose erasure the audit begins and does not end."""
    left: set[str] = set()
    for entry, _ in readable(audit):
        if entry.rid is not None and entry.type == "erasing":
            left.add(entry.rid)
        elif entry.rid is not None and entry.type == "erased":
            left.discard(entry.rid)
    return left
