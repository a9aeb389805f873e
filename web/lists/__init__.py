"""The one list component: what is asked of a list, its pages, and what is chosen in it."""
