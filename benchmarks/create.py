"""`make bench-create`: the same cluster by kubeadm by hand and by Slipway, in turn on this machine.

Needs Docker, the release's node image and a running Slipway (`slipway up`) whose home is in SLIPWAY_HOME.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import raw, report
from benchmarks.command import options, say
from benchmarks.declaration import Declaration
from benchmarks.slipway import SlipwaySide

PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Rounds of raw and Slipway in turn, so that both meet the same noise; then the table."""
    chosen = _chosen()
    declaration = Declaration.read(chosen.manifest, version=chosen.version)
    side = SlipwaySide(chosen.home, chosen.kubectl, declaration)
    rounds: list[dict[str, Any]] = []
    for number in range(1, chosen.rounds + 1):
        say(f"round {number} of {chosen.rounds}: raw")
        by_hand = raw.measure(declaration, endpoint=chosen.endpoint)
        say(f"round {number} of {chosen.rounds}: Slipway")
        rounds.append({"raw": by_hand, "slipway": side.measure()})
        chosen.output.write_text(json.dumps({"rounds": rounds}, indent=2) + "\n")
    sys.stdout.write(report.markdown(declaration, rounds))


def _chosen() -> argparse.Namespace:
    parser = options(__doc__, name="create", rounds=3)
    parser.add_argument("--manifest", type=Path, default=PROJECT / "examples/ha-cluster.yaml")
    parser.add_argument("--endpoint", choices=["vip", "lb"], default="vip", help="endpoint of the raw side")
    return parser.parse_args()


if __name__ == "__main__":
    main()
