"""Settings: one module for every way to run; what differs comes from the environment.

Without any variable set this is the embedded mode: SQLite, in-process broker, everything under SLIPWAY_HOME.
"""

from slipway.settings.base import *  # noqa: F403 - Django reads settings from this module's names
