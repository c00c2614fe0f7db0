"""The kinds that say who there is, one a file."""
