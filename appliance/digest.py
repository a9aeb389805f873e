"""Name bytes by their SHA-256.

``hashlib`` is avoided: it loads the system's OpenSSL beside the one in ``cryptography``, and the
recorder would hold both (4.8 MB of resident memory).
"""

from cryptography.hazmat.primitives.hashes import SHA256, Hash


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of some bytes (FIPS 180-4): 32 bytes."""
    running = Hash(SHA256())
    running.update(data)
    return running.finalize()
