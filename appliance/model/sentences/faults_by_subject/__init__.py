"""The faults of devices and files in sentences, subject by subject."""
