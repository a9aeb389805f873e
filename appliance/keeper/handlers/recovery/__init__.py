"""Open a backup with the recovery sheet, for the panel."""
