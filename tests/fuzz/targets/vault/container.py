"""A sealed container: keyring, shards, ledger and catalogue all lie in one.

An input is a container's bytes; hardly one but the seeds opens.
"""

from appliance.errors import FileFormatError
from appliance.vault import container
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SECRET

LABEL = b"zgoda fuzz"


def take(raw: bytes) -> None:
    """Open it both ways; they must agree."""
    plain = container.unseal(SECRET, LABEL, raw, b"bound")
    buffer = container.unseal_buffer(SECRET, LABEL, memoryview(raw), b"bound")
    assert plain == buffer


def seeds() -> dict[str, bytes]:
    """Return one that opens, one without content, and a piece of one."""
    whole = container.seal(SECRET, LABEL, b"content", b"bound")
    return {
        "whole": whole,
        "empty": container.seal(SECRET, LABEL, b"", b"bound"),
        "short": whole[: container.OVERHEAD - 1],
    }


TARGET = Target("container", take, (FileFormatError,), seeds)
