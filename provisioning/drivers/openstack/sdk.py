"""The cloud's SDK, imported at the first call: it takes 28 MB, which a process without OpenStack need not have."""

import threading

_importing = threading.Lock()


def load() -> None:
    """By one thread at a time: its modules import each other, and a second thread that begins elsewhere gets a half."""
    with _importing:
        import openstack.connection  # noqa: F401 - imported for all that come later
