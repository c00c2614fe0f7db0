"""Where a whole server under test keeps its state: as embedded, or on the servers that SLIPWAY_TEST_* name."""

import contextlib
import os
import uuid
from collections.abc import Iterator

import psycopg2


@contextlib.contextmanager
def state_of_its_own() -> Iterator[dict[str, str]]:
    """Settings of a server that nobody else's state disturbs; empty means SQLite and a broker in the process."""
    given = os.environ.get("SLIPWAY_TEST_DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield {}
        return
    base, _, _ = given.rpartition("/")
    name = f"slipway_{uuid.uuid4().hex[:12]}"
    with contextlib.closing(psycopg2.connect(given)) as admin, admin.cursor() as cursor:
        admin.autocommit = True
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            broker = os.environ["SLIPWAY_TEST_BROKER_URL"]
            yield {"SLIPWAY_DATABASE_URL": f"{base}/{name}", "SLIPWAY_BROKER_URL": broker}
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
