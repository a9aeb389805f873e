"""Compare a release's list of parts with published holes."""
