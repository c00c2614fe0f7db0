"""Kubernetes quantities: `500m`, `4Gi`, `2`."""

import re
from decimal import Decimal

_SUFFIX = {
    "": Decimal(1), "m": Decimal("0.001"),
    "k": Decimal(10) ** 3, "M": Decimal(10) ** 6, "G": Decimal(10) ** 9, "T": Decimal(10) ** 12,
    "P": Decimal(10) ** 15,
    "Ki": Decimal(2) ** 10, "Mi": Decimal(2) ** 20, "Gi": Decimal(2) ** 30, "Ti": Decimal(2) ** 40,
    "Pi": Decimal(2) ** 50,
}  # fmt: skip
_PATTERN = re.compile(r"^(\d+(?:\.\d+)?)(m|[kMGTP]|[KMGTP]i)?$")


def parse(value: str | int | float) -> Decimal:
    """The number a quantity stands for (bytes for memory, cores for cpu). ValueError names the value."""
    match = _PATTERN.match(str(value))
    if not match:
        raise ValueError(f"{value!r} is not a quantity such as 2, 500m or 4Gi")
    return Decimal(match[1]) * _SUFFIX[match[2] or ""]


def human(number: Decimal | int) -> str:
    """Bytes as the largest whole binary unit: 4294967296 → 4Gi."""
    whole = int(number)
    for unit in ("Pi", "Ti", "Gi", "Mi", "Ki"):
        if whole and whole % int(_SUFFIX[unit]) == 0:
            return f"{whole // int(_SUFFIX[unit])}{unit}"
    return str(whole)
