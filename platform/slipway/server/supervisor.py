"""Keeps the child processes running until it is told to stop."""

import signal
import sys
import time
from collections.abc import Callable, Sequence

from slipway.server.children import Child

STOP = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
PATIENCE = 10.0
"""Seconds that children get to stop by themselves; whatever they leave undone, the next start picks up."""

HOUSEKEEPING = 30.0
NOT_READY_POLL = 0.1


def say(text: str) -> None:
    """A line for the person in front of it, or for the supervisor's log."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def take_signals() -> None:
    """From now on signals wait until `run` asks for them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP, signal.SIGCHLD})


class Supervisor:
    """Starts the children, starts them again when they die, stops them on SIGTERM."""

    def __init__(
        self, children: Sequence[Child], changed: Callable[[], None], is_ready: Callable[[], bool]
    ) -> None:
        self._children = children
        self._changed = changed  # called when a child was started
        self._is_ready = is_ready  # asked until it says yes

    def run(self) -> None:
        """Sleep, but for signals and restarts that are due."""
        self._start_due()
        ready = False
        while True:
            ready = ready or self._is_ready()
            received = signal.sigtimedwait({*STOP, signal.SIGCHLD}, self._until_next(ready=ready))
            if received and received.si_signo in STOP:
                break
            self._reap()
            self._start_due()
            for child in self._children:
                child.rotate_log()
        self._stop()

    def _until_next(self, *, ready: bool) -> float:
        restarts = [c.due - time.monotonic() for c in self._children if c.pid is None]
        return max(0.0, min([HOUSEKEEPING if ready else NOT_READY_POLL, *restarts]))

    def _reap(self) -> None:
        for child in self._children:
            code = child.reap()
            if code is not None:
                how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
                say(f"{child.name} {how}: starting it again (see its log)")

    def _start_due(self) -> None:
        due = [c for c in self._children if c.pid is None and c.due <= time.monotonic()]
        for child in due:
            child.start()
        if due:
            self._changed()

    def _stop(self) -> None:
        say("stopping")
        deadline = time.monotonic() + PATIENCE
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.stop(max(0.1, deadline - time.monotonic()))
