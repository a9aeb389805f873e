"""Help in place: what a page is for, and what to do in cases from outside."""
