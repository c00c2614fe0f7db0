"""Room on this machine: disk, memory, the port."""

import os
import shutil
import socket
from pathlib import Path

from slipway.cli import process
from slipway.cli.doctor.check import Check, missing, ok, warning

GIB = 2**30
DISK_NEEDED, DISK_WANTED = 8 * GIB, 20 * GIB
MEMORY_NEEDED, MEMORY_WANTED = 4 * GIB, 8 * GIB


def checks(home: Path, port: int) -> list[Check]:
    """Disk under the state folder, memory, the port of the API."""
    return [disk_check(home), memory_check(Path("/proc/meminfo").read_text()), port_check(home, port)]


def disk_check(home: Path) -> Check:
    """A bundle, its node image and five machines take about 6 GiB."""
    place = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(place).free
    text = f"{free // GIB} GiB free at {place}"
    if free < DISK_NEEDED:
        return missing(
            "disk",
            text,
            f"free {DISK_NEEDED // GIB} GiB, or set SLIPWAY_HOME and SLIPWAY_CACHE to a larger disk",
        )
    if free < DISK_WANTED:
        return warning("disk", text, f"{DISK_WANTED // GIB} GiB leave room for a second release")
    return ok("disk", text)


def memory_check(meminfo: str) -> Check:
    """From the text of /proc/meminfo."""
    line = next(line for line in meminfo.splitlines() if line.startswith("MemAvailable:"))
    free = int(line.split()[1]) * 1024
    text = f"{free / GIB:.1f} GiB available"
    if free < MEMORY_NEEDED:
        return missing("memory", text, "one control plane and one worker need 4 GiB: end other programs")
    if free < MEMORY_WANTED:
        return warning(
            "memory", text, "three control planes and two workers want 8 GiB: ask for fewer machines"
        )
    return ok("memory", text)


def port_check(home: Path, port: int) -> Check:
    """The API's port is free, or ours."""
    host = os.environ.get("SLIPWAY_HOST") or "127.0.0.1"
    name = f"port {port}"
    running = process.read_state(home)
    if running and running.url.endswith(f":{port}"):
        return ok(name, f"this Slipway (pid {running.pid})")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            mend = f"end what uses it (ss -ltnp 'sport = :{port}'), or set SLIPWAY_PORT"
            return missing(name, f"{host}:{port}: {error.strerror}", mend)
    return ok(name, "free")
