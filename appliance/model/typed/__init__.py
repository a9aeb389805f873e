"""What people type or paste: recordings that a text names, a recovery sheet."""
