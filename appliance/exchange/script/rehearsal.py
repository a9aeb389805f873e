"""Write the test calls that calibrate a simulated line, each as a scene."""

from typing import Literal

from appliance.exchange.scene import Circuit, Network, Scene, SceneAct, SceneOffice

_KEYS = {"alone": "123456789*0#", "second": "123456789*0#", "far": "159*0#"}
_PROBED_MS = 8500
"""By then the box has measured its own prompt."""
_PROBED_AGAIN_MS = 4800
"""After a phone's last key: by then the box has measured it again."""
_HOLDS_MS = 800


def rehearsal(
    step: Literal["level", "alone", "second", "far"], number: int, twice: bool = False
) -> Scene:
    """Return a test call.

    Args:
        step: of the calibration; with "second" another phone is off-hook, too.
        number: of the phone or of the caller; each has a level of its own.
        twice: each key is pressed twice.
    """
    keys = _KEYS.get(step, "")
    acts = _pressing(step, number, keys * 2 if twice else keys) if keys else _waiting()
    return Scene(
        name=f"calibration {step}",
        about="A test call, to calibrate the line.",
        office=SceneOffice(lifts_after_rings=1),
        network=Network(),
        circuit=Circuit(second_phone=step == "second"),
        acts=acts,
    )


def _waiting() -> tuple[SceneAct, ...]:
    return (SceneAct(by="office", do="hang_up", on="answered", after_ms=_PROBED_MS),)


def _pressing(step: str, number: int, keys: str) -> tuple[SceneAct, ...]:
    """Return the keys and the hang-up; the office's keys wait for the question."""
    far = step == "far"
    pressed = SceneAct(
        by="caller" if far else "office",
        do="key",
        keys=keys,
        on="answered" if far else "question_end",
        after_ms=1500 if far else 500,
        gap_ms=180,
        dbm0=(-7.0 if far else -4.0) - number % 3,
        jitter_db=0.35,
        id="pressed",
    )
    holds = _HOLDS_MS if far else _PROBED_AGAIN_MS
    return (pressed, SceneAct(by="office", do="hang_up", on="done:pressed", after_ms=holds))
