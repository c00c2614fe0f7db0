"""Memory of Slipway's own processes. PSS counts a page that processes share once, RSS once for each."""

import json
from contextlib import suppress
from pathlib import Path

import psutil

MEBIBYTE = 2**20


def of_server(home: Path) -> dict[str, float]:
    """Both sums in MiB, over the server whose state file is in `home` and all its children."""
    server = psutil.Process(json.loads((home / "state.json").read_text())["pid"])
    found = []
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # one that ended since it was listed uses no memory
            found.append(process.memory_full_info())
    return {
        "processes": len(found),
        "pss": round(sum(m.pss for m in found) / MEBIBYTE, 1),
        "rss": round(sum(m.rss for m in found) / MEBIBYTE, 1),
    }
