"""Keep the audit's signing keys in the keyring: today's, and perhaps the next day's.

The next key is on the medium in both copies of the keyring before an entry names it. Once it has
been named, the next write of the keyring drops the one before it, and the root's next rotation
makes even old copies of that useless. So a thief of today's keys cannot sign yesterday anew.
"""

import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.keyring import Keyring


def public_half(key: Ed25519PrivateKey) -> bytes:
    """Return a key's public half."""
    return key.public_key().public_bytes_raw()


def first_key(content: KeyringContent) -> bytes:
    """Return the public half of the audit's first key."""
    return content.audit.first or public_half(_key(content.audit_key))


class AuditKeys:
    """The audit's keys; only the audit's owner changes them."""

    def __init__(self, keyring: Keyring, named: bytes) -> None:
        """Choose the key that the log named last.

        Args:
            keyring: holds the keys.
            named: the public key in force by the log; empty before its first entry. If it is
                neither of those in the keyring, the log was cut back, and the keyring's
                present key goes on.
        """
        self._keyring = keyring
        content = keyring.content
        self.now = _key(content.audit_key)
        if content.audit.next_key and public_half(_key(content.audit.next_key)) == named:
            self.now = _key(content.audit.next_key)

    @property
    def first(self) -> bytes:
        """Return the public half of the audit's first key."""
        return first_key(self._keyring.content)

    def next(self) -> Ed25519PrivateKey:
        """Return the next day's key, once it is on the medium.

        Raises:
            VaultError: the keyring could not be written.
        """
        content = self._keyring.content
        ahead = content.audit.next_key
        if not ahead or ahead == self.now.private_bytes_raw():
            ahead = os.urandom(32)
            with self._keyring.changing() as draft:
                self.drop_old(draft)
                draft.audit.next_key = ahead
        return _key(ahead)

    def drop_old(self, draft: KeyringContent) -> None:
        """Leave only the present key and a next one in a draft of the keyring."""
        draft.audit.first = draft.audit.first or first_key(draft)
        now = self.now.private_bytes_raw()
        if draft.audit_key != now:
            draft.audit_key = now
        if draft.audit.next_key == now:
            draft.audit.next_key = b""


def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
