"""Programs that Slipway or its user calls."""

import os
import shutil
import sys
from pathlib import Path

from slipway.cli.doctor.check import Check, missing, ok, warning

UPSTREAM = "dl.k8s.io"


def checks() -> list[Check]:
    """Python and the tools."""
    return [_python(), _uv(), _ansible(), _ssh(), _kubectl()]


def build_checks(cache: Path, *, upstream_reachable: bool) -> list[Check]:
    """What building a bundle from source needs, where the published files are out of reach."""
    if upstream_reachable:
        return [ok("bundle source", f"{UPSTREAM} is reachable")]
    return [
        _build_tool(cache, "go", "apt-get install golang-go"),
        _build_tool(cache, "mmdebstrap", "apt-get install mmdebstrap"),
    ]


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return ok("python", found)
    return missing("python", f"{found} is not 3.11, 3.12 or 3.13", "uv python install 3.12 && uv sync")


def _uv() -> Check:
    path = shutil.which("uv")
    if path:
        return ok("uv", path)
    return warning("uv", "not found: needed to set up from a checkout", "pip install uv")


def _ansible() -> Check:
    beside = Path(sys.executable).parent / "ansible-playbook"  # the environment need not be on PATH
    path = str(beside) if beside.is_file() else shutil.which("ansible-playbook")
    if path:
        return ok("ansible", path)
    return missing("ansible", "ansible-playbook not found", "uv sync")


def _ssh() -> Check:
    path = shutil.which("ssh")
    if path:
        return ok("ssh", path)
    return missing("ssh", "not found: playbooks reach machines by it", "apt-get install openssh-client")


def _kubectl() -> Check:
    path = shutil.which("kubectl")
    if path:
        return ok("kubectl", path)
    return warning(
        "kubectl",
        "not found: `slipway` does without",
        "https://kubernetes.io/docs/tasks/tools, or the one in the bundle",
    )


def _build_tool(cache: Path, name: str, mend: str) -> Check:
    path = shutil.which(
        name, path=os.pathsep.join([str(cache / "bin"), os.environ.get("PATH", ""), "/usr/local/go/bin"])
    )
    if path:
        return ok(name, path)
    return missing(name, f"not found, and {UPSTREAM} is not reachable: bundles are built from source", mend)
