"""Name what the channels of a line's sound may carry."""

from collections.abc import Mapping

from appliance.language import N_

SIDES: Mapping[str, str] = {
    "both": N_("One channel: the line has to be calibrated by calibration calls"),
    "voltage/current": N_("Two channels, voltage and current: it knows whose key was pressed"),
    "far/near": N_("Two channels, the other party and the office"),
}
