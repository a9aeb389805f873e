"""The doctor's findings in sentences, subject by subject."""
