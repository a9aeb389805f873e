"""Puts Zgoda onto a system: the list of what goes where, the installer, the Debian package."""
