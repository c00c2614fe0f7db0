"""Settings of the test suite: the embedded mode with throw-away state, or servers from SLIPWAY_TEST_*."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="slipway-test-"))
os.environ["SLIPWAY_HOME"] = str(_HOME)
os.environ["SLIPWAY_DATABASE_URL"] = os.environ.get(
    "SLIPWAY_TEST_DATABASE_URL", f"sqlite:///{_HOME}/slipway.sqlite3"
)
os.environ["SLIPWAY_BROKER_URL"] = os.environ.get("SLIPWAY_TEST_BROKER_URL", "memory://")

from slipway.settings.base import *  # noqa: E402, F403 - the environment has to be set before it is read

LOGGING["root"]["level"] = "WARNING"  # noqa: F405 - comes from base
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 - the same
    # A file, as in real life: SQLite in memory has other locks, which threads fail on instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": str(_HOME / "test.sqlite3")}  # noqa: F405 - the same
