"""What the people of a simulated line do when it is calibrated: each test call as a scene."""

from typing import Literal

from appliance.lines.scene import Act, Circuit, Network, Office, Scene

_KEYS = {"alone": "123456789*0#", "second": "123456789*0#", "far": "159*0#"}
_PROBED_MS = 8500
"""By then the box has measured itself."""


def rehearsal(
    step: Literal["level", "alone", "second", "far"], number: int, twice: bool = False
) -> Scene:
    """Return a test call.

    Args:
        step: what it is for; with "second" another phone is off-hook, too.
        number: of the phone or of the caller; each has a level of its own.
        twice: each key is pressed twice.
    """
    keys = _KEYS.get(step, "")
    waits = _PROBED_MS if step in {"level", "alone"} else 1500
    acts: list[Act] = []
    if keys:
        acts.append(
            Act(
                by="far" if step == "far" else "near",
                do="key",
                keys=keys * 2 if twice else keys,
                on="answered",
                after_ms=waits,
                gap_ms=180,
                dbm0=(-7.0 if step == "far" else -4.0) - number % 3,
                jitter_db=0.35,
                id="pressed",
            )
        )
    on = "done:pressed" if keys else "answered"
    acts.append(Act(by="near", do="hang_up", on=on, after_ms=800 if keys else waits))
    return Scene(
        name=f"calibration {step}",
        about="A test call, to calibrate the line.",
        office=Office(lifts_after_rings=1),
        network=Network(),
        circuit=Circuit(second_phone=step == "second"),
        acts=tuple(acts),
    )
