"""Tell apart what people type or paste: names of recordings, groups of a recovery sheet."""
