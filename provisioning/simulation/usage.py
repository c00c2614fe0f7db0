"""What simulated nodes seem to use: slow waves, each node's its own, the same for whoever looks."""

import math
import time
import zlib
from collections.abc import Iterable

from provisioning.kube.usage import NodeUsage

CORES = 4.0
MEMORY = 8 * 2**30
PERIOD = 900.0  # seconds


def simulated_usage(names: Iterable[str], at: float | None = None) -> tuple[NodeUsage, ...]:
    """Between a tenth and three quarters of each node."""
    now = time.time() if at is None else at
    return tuple(_usage(name, now) for name in sorted(names))


def _usage(name: str, now: float) -> NodeUsage:
    phase = zlib.crc32(name.encode()) % 1000 / 1000
    wave = math.sin((now / PERIOD + phase) * 2 * math.pi)
    ripple = math.sin((now / 67 + phase * 7) * 2 * math.pi)
    cpu = CORES * (0.35 + 0.2 * wave + 0.08 * ripple)
    memory = MEMORY * (0.5 + 0.12 * phase + 0.05 * wave)
    return NodeUsage(name, cpu, CORES, int(memory), MEMORY)
