"""Handle what concerns those who work in the office and log in nowhere."""
