"""Open a backup with the recovery sheet, in the panel."""
