"""Refusals in sentences, subject by subject; ``sentences.refusals`` joins them."""
