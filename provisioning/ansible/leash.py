"""A leash: `python leash.py PARENT SECRETS SCRATCH PROGRAM...` ends PROGRAM, and all it started, with PARENT.

Run as a script with nothing but the standard library, since each run pays for its imports. ssh's
ControlMasters leave their process group on purpose; as their subreaper this process still finds them.
SECRETS goes with the last of them, and if PARENT was killed and cannot do it, so does SCRATCH.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def main() -> int:
    parent, secrets, scratch, command = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
    signal.signal(signal.SIGTERM, _raise_exit)
    try:
        _tie_to(parent)
        (secrets / "pid").write_text(str(os.getpid()))
        return subprocess.Popen(command).wait()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_descendants()
        shutil.rmtree(secrets, ignore_errors=True)
        if os.getppid() != parent:
            shutil.rmtree(scratch, ignore_errors=True)


def end_descendants() -> None:
    """Kill until nobody is left: a process that is killed hands its children to us, their subreaper."""
    while children := _children():
        for child in children:
            _kill(child)
        for child in children:
            _reap(child)


def _tie_to(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was told
        raise SystemExit(143)


def _raise_exit(_signal: int, _frame: object) -> None:
    raise SystemExit(143)


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
