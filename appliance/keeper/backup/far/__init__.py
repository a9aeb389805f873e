"""Reach a backup on a server by the courier, who is trusted with nothing."""
