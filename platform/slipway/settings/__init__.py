"""Settings: `base` for every way to run, `test` for the suite; what differs comes from `environment`.

Nothing is imported here: the suite has to set its environment before `base` reads it.
"""
