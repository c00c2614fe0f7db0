"""Durations as people write them: 90d, 12h, 1h30m, 45s, or a number of seconds."""

import re
from datetime import timedelta
from typing import Any

_PARTS = re.compile(r"^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$")


def parse_duration(value: Any) -> timedelta:
    """The duration; ValueError names what was given."""
    match = _PARTS.match(str(value))
    if not match or not any(match.groups()):
        raise ValueError(f"{value!r} is not a duration such as 90d, 12h or 15m")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError("is longer than any duration can be") from None
