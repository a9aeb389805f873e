"""Limit what goes to a time-stamp authority and back; name what can go wrong with it."""

MOST_QUERY = 1_024
"""Bytes of a request: one over a SHA-256 has some 70."""

MOST_ANSWER = 16_384
"""Bytes of an answer."""

QUERY_KIND, ANSWER_KIND = "application/timestamp-query", "application/timestamp-reply"
"""Content types (RFC 3161, section 3.4)."""

TROUBLES = (
    "name", "unreachable", "late", "closed", "no_tls", "certificate", "missing", "redirect", "kind",
    "large", "odd",
)  # fmt: skip
"""Codes of a request that brought no answer: no such server; no answer at its port; too slow; it
ended the connection; it speaks no TLS; its certificate does not hold; there is nothing at this
path; it points elsewhere; the answer is of another kind; it is too long; anything else."""
