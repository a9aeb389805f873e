from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

Wave = NDArray[np.float64]
Save = Callable[..., Path]


@pytest.fixture
def speech() -> Callable[..., Wave]:
    """Return the like of words: a tone, on and off four times a second, then silence."""

    def make(seconds: float = 2.0, rate: int = 8000, peak: float = 0.3, tail: float = 0.5) -> Wave:
        time = np.arange(round(seconds * rate)) / rate
        words = peak * np.sin(2 * np.pi * 700 * time) * (np.sin(2 * np.pi * 4 * time) > 0)
        return np.concatenate([words, np.zeros(round(tail * rate))])

    return make


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Write a wave to a file and return its path."""

    def write(wave: Wave, name: str = "question.wav", rate: int = 8000, **options: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, wave, rate, **options)
        return path

    return write
