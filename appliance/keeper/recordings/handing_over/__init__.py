"""Hand calls over: copies, the proofs that go with them, papers of authorities, silences."""
