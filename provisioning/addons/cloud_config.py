"""The files of the Secret `cloud-config`, by which add-ons find and enter an OpenStack. Pure; they hold the secret."""

from collections.abc import Mapping
from typing import Final

MOUNTED_AT: Final = "/etc/config"


def files(values: Mapping[str, str]) -> dict[str, str]:
    """`cloud.conf`, and the authority of the cloud's certificates if it has one of its own."""
    authority = values.get("ca_certificate", "")
    sections = {
        "Global": {
            "auth-url": values.get("auth_url", ""),
            "region": values.get("region", ""),
            "application-credential-id": values["id"],
            "application-credential-secret": values["secret"],
            **({"ca-file": f"{MOUNTED_AT}/ca.crt"} if authority else {}),
        },
        "LoadBalancer": {
            "enabled": "true" if values.get("load_balancers") else "false",
            "floating-network-id": values.get("external_network", ""),
            "create-monitor": "true",
            # a load balancer asked for with all its parts has been seen to stay PENDING_CREATE for ever
            "provider-requires-serial-api-calls": "true",
        },
        # zones of Cinder are seldom those of Nova
        "BlockStorage": {"ignore-volume-az": "true"},
    }
    text = "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in entries.items() if value)
        for name, entries in sections.items()
    )
    return {"cloud.conf": text} | ({"ca.crt": authority} if authority else {})


def _quoted(value: str) -> str:
    """As the reader of these files (gcfg) unquotes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
