"""Limit what people type, in characters; keeper and panel refuse the same."""

from appliance.config.words import vocabulary

LONGEST_NAME = 60
SHORTEST_PASSWORD = 15  # of one that stands alone: NIST SP 800-63B-4
LONGEST_PASSWORD = 256
LONGEST_REASON = 2000
LONGEST_RECIPIENT = 200  # of a copy, as typed
LONGEST_NUMBER = 40  # of a telephone number, as typed
LONGEST_SEARCH = 100  # of what a list is searched for
LONGEST_CODE = 12  # as typed, spaces included
LONGEST_SHEET = 200  # of a recovery sheet, as typed; the QR code's text is shorter
LONGEST_BACKUP_CODE = 40  # the same; also where an app's code may be typed in its place
LONGEST_SETTING = vocabulary.LONGEST_TEXT
LONGEST_SPOKEN = vocabulary.LONGEST_SPOKEN

FINAL_SECONDS = 60
"""So long after its order an erasure is final, or has failed."""

LONGEST_UPDATE_ADDRESS = 400
"""Characters of the address where updates are looked for."""

LONGEST_MAIL_ADDRESS = 254
"""Characters of a mail address, and of a server, a user or a password beside it (RFC 5321, 4.5.3.1,
less the brackets)."""
