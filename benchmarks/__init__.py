"""What ``make bench`` measures. Each module with a ``rows()`` adds its rows to the one table."""
