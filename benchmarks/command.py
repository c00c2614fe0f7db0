"""What the benchmarks' command lines share."""

import argparse
import os
import sys
from pathlib import Path


def options(description: str | None, *, name: str, rounds: int) -> argparse.ArgumentParser:
    """A parser with the options that all have; the figures go into `bench-NAME.json`."""
    parser = argparse.ArgumentParser(description=description)
    home = Path(os.environ.get("SLIPWAY_HOME", "/var/lib/slipway"))
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--version", default="1.37.2", help="Kubernetes release of both sides")
    parser.add_argument("--home", type=Path, default=home)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--output", type=Path, default=Path(f"bench-{name}.json"))
    return parser


def say(text: str) -> None:
    """Progress, with how busy the machine is: figures are compared within one run only."""
    sys.stderr.write(f"{text} (load {os.getloadavg()[0]:.1f})\n")
