"""One module a subject of the keeper: ``build`` makes its desks, chores and findings of the box."""
