"""One child process of the supervisor: started, watched, started again, stopped."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
STEADY = 10.0
"""A child that lived this many seconds is taken for a sound one: its next restart is quick again."""

LOG_BYTES = 10 * 2**20
LOGS_KEPT = 3
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """A command of `python -m slipway.server` that has to be running."""

    def __init__(
        self, name: str, logs: Path, environment: Mapping[str, str], inherit: tuple[int, ...] = ()
    ) -> None:
        self.name = name
        self.due = 0.0
        self._log = logs / f"{name}.log"
        self._environment = dict(environment)
        self._inherit = inherit
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = FIRST_DELAY

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; its output is appended to its log."""
        with self._log.open("ab") as log:
            self._process = spawn([self.name], self._environment, self._inherit, output=log.fileno())
        self._started = time.monotonic()

    def reap(self) -> int | None:
        """The exit code, if it has just died; then it is due to be started again."""
        code = self._process.poll() if self._process else None
        if code is None:
            return None
        self._process = None
        now = time.monotonic()
        self._delay = FIRST_DELAY if now - self._started > STEADY else self._delay
        self.due = now + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY)
        return code

    def ask_to_stop(self) -> None:
        """Let it finish what it must."""
        if self._process:
            self._process.terminate()

    def stop(self, patience: float) -> None:
        """Wait until it has stopped, and not longer than that."""
        if self._process:
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def rotate_log(self) -> None:
        """Keep the log small. Copied and cut, since the child holds it open: a line may get lost."""
        if not self._log.exists() or self._log.stat().st_size < LOG_BYTES:
            return
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = self._log.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(self._log.with_suffix(f".log.{number + 1}"))
        shutil.copyfile(self._log, self._log.with_suffix(".log.1"))
        os.truncate(self._log, 0)


def spawn(
    arguments: list[str],
    environment: Mapping[str, str],
    inherit: tuple[int, ...] = (),
    output: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start one of our own commands so that it cannot outlive this process."""
    parent = os.getpid()

    def die_with_parent() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return subprocess.Popen(
        [sys.executable, "-m", "slipway.server", *arguments],
        env=dict(environment),
        pass_fds=inherit,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - safe: the supervisor has only one thread
        start_new_session=True,  # Ctrl-C is for the supervisor, which then stops its children in order
    )
