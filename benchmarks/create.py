"""`make bench-create`: the same cluster by kubeadm by hand and by Slipway, in turn on this machine.

Needs Docker, the release's node image and a running Slipway (`slipway up`) whose home is in SLIPWAY_HOME.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import raw, report
from benchmarks.declaration import Declaration
from benchmarks.slipway import SlipwaySide

PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Rounds of raw and Slipway in turn, so that both meet the same noise; then the table."""
    options = _options()
    declaration = Declaration.read(options.manifest, version=options.version)
    side = SlipwaySide(options.home, options.kubectl, declaration)
    rounds: list[dict[str, Any]] = []
    for number in range(1, options.rounds + 1):
        _say(f"round {number} of {options.rounds}: raw (load {os.getloadavg()[0]:.1f})")
        by_hand = raw.measure(declaration, endpoint=options.endpoint)
        _say(f"round {number} of {options.rounds}: Slipway (load {os.getloadavg()[0]:.1f})")
        rounds.append({"raw": by_hand, "slipway": side.measure()})
        options.output.write_text(json.dumps({"rounds": rounds}, indent=2) + "\n")
    sys.stdout.write(report.markdown(declaration, rounds))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--manifest", type=Path, default=PROJECT / "examples/ha-cluster.yaml")
    parser.add_argument("--version", default="1.37.2", help="Kubernetes release of both sides")
    parser.add_argument("--endpoint", choices=["vip", "lb"], default="vip", help="endpoint of the raw side")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("SLIPWAY_HOME", "/var/lib/slipway")))
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--output", type=Path, default=Path("bench-create.json"))
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
