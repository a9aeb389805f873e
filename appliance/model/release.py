"""Name the product, and say until when this release line gets security fixes."""

from datetime import date

from appliance import __version__

MODEL = "Zgoda Line Recorder"
"""The model's name, the same in every language (ETSI EN 303 645, provision 5.3-16)."""

VERSION = __version__

LINE = ".".join(VERSION.split(".")[:2])
"""The release line: the versions 0.1.0, 0.1.1 and so on are the line 0.1."""

SUPPORT_YEARS = 5
"""At least so long from a line's first release (Regulation (EU) 2024/2847, Art. 13(8))."""

SUPPORTED_UNTIL = date(2031, 12, 31)
"""The last day on which this release line gets security fixes (EN 303 645, 5.3-13)."""
