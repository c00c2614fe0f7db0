"""Spreads machines over the zones of a provider. Pure."""

import re
from collections.abc import Sequence

from slipway.kernel.names import short_hash


def zone(zones: Sequence[str], hostname: str) -> str:
    """The zone of a machine: by its number, so that web-cp-1, -2 and -3 are in three; else by its name."""
    if not zones:
        return ""
    number = re.search(r"(\d+)$", hostname)
    return zones[(int(number[1]) - 1 if number else int(short_hash(hostname), 16)) % len(zones)]
