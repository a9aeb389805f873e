"""Words of the settings: those to choose from, those that are spoken, those that are confirmed."""
