"""The settings that the keeper keeps: drafts, versions, what has to be confirmed."""
