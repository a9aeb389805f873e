"""Let atheris look for inputs that crash one target: ``python -m tests.fuzz hunt NAME``."""

import hashlib
import json
import os
import random
import time
from pathlib import Path
from typing import Any

import atheris

from tests.fuzz.every import SEEDS, kept
from tests.fuzz.feeding import Crash, Target, feed
from tests.fuzz.words import with_other_word

SECONDS = 5.0
"""Of the processor for one input: instrumented code is slower, and the machine is busy."""

MEMORY_MB = 1024
"""Of the whole process, beyond which libFuzzer calls it a crash."""

SAVE_SECONDS = 2.0


class Hunt:
    """A hunt: how many inputs, how long, and what was found."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target = target
        self._folder = folder
        self._began = self._saved = time.monotonic()
        self._inputs = 0
        self._taken = 0
        self._crashes: dict[str, str] = {}  # where -> file of the shortest input

    def one(self, raw: bytes) -> None:
        """Feed an input; a crash is kept and the hunt goes on."""
        self._inputs += 1
        try:
            self._taken += feed(self._target, raw, SECONDS)
        except Crash as crash:
            self._keep(crash, raw)
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            self.save()

    def save(self) -> None:
        """Write the figures where the other process finds them."""
        self._saved = time.monotonic()
        figures = {
            "inputs": self._inputs,
            "taken": self._taken,
            "seconds": round(self._saved - self._began, 1),
            "crashes": self._crashes,
        }
        fresh = self._folder / "figures.new"
        fresh.write_text(json.dumps(figures))
        fresh.rename(self._folder / "figures.json")

    def _keep(self, crash: Crash, raw: bytes) -> None:
        before = self._crashes.get(crash.where)
        if before is None or len(raw) < (self._folder / before).stat().st_size:
            name = f"crash-{hashlib.sha256(raw).hexdigest()[:16]}"
            (self._folder / name).write_bytes(raw)
            (self._folder / f"{name}.txt").write_text(str(crash))
            self._crashes[crash.where] = name
            self.save()


def _changing_words(target: Target) -> dict[str, Any]:
    """Let one change in four put a word in the place of another, where a target has words."""
    if not target.words:
        return {}
    seeds = list(kept(target.name).values())

    def changed(raw: bytes, most: int, seed: int) -> bytes:
        if seed % 4:
            mutated: bytes = atheris.Mutate(raw, most)
            return mutated
        return with_other_word(bytes(raw), random.Random(seed), seeds)[:most]

    return {"custom_mutator": changed}


def hunt(target: Any, folder: Path, inputs: int, seconds: int) -> None:
    """Hunt until so many inputs were fed or so much time is over; does not return.

    Args:
        target: loaded while atheris instruments what it imports.
        folder: gets figures, crashes and the growing corpus.
        inputs: how many at most.
        seconds: how long at most.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    one = Hunt(target, folder)
    one.save()
    told = [
        target.name,
        f"-runs={inputs}",
        f"-max_total_time={seconds}",
        f"-max_len={target.longest}",
        f"-rss_limit_mb={MEMORY_MB}",
        "-timeout=60",
        "-print_final_stats=1",
        f"-artifact_prefix={folder}/died-",
        str(corpus),
        str(SEEDS / target.name),
    ]
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    atheris.Setup(told, one.one, **_changing_words(target))
    atheris.Fuzz()
