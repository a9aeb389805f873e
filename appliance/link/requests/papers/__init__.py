"""Declare what is asked about papers: silences of authorities, lists of certificates."""
