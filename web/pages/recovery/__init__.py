"""Pages that open a backup with the recovery sheet."""
