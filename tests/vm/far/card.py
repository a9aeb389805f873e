"""Take the loopback card from the machine while programs use it, as if it were pulled out."""

from pathlib import Path

_DRIVER = Path("/sys/bus/platform/drivers/snd_aloop")
_DEVICE = "snd_aloop.0"


def pull_card() -> None:
    """Let the card vanish; return when the last program has let go of it."""
    (_DRIVER / "unbind").write_text(_DEVICE, "ascii")


def plug_card() -> None:
    """Let the card appear again."""
    (_DRIVER / "bind").write_text(_DEVICE, "ascii")
