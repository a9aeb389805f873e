"""Copy the vault to another medium, and restore it from there."""
