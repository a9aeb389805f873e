"""Compare proofs, certificates, heads and a log with each other, for ``zgoda verify-proof``."""
