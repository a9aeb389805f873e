"""Limit what people type; keeper and panel refuse the same."""

LONGEST_NAME = 60
SHORTEST_PASSWORD = 15  # of one that stands alone: NIST SP 800-63B-4
LONGEST_PASSWORD = 256
LONGEST_REASON = 2000
LONGEST_RECIPIENT = 200  # of a copy, as typed
LONGEST_CODE = 12
"""Characters; of a code as typed, spaces included."""
