"""Defaults that several kinds share: the provider that a tenant uses when it names none."""

from typing import Any

from provisioning.kinds.common import path_of
from slipway.apimachinery.kinds import Admission, FieldError


def default_provider(admission: Admission) -> None:
    """The tenant's default provider, or the only one there is."""
    spec = admission.new.setdefault("spec", {})
    if spec.get("provider"):
        return
    tenant = admission.reader.get("tenants", "", admission.new["metadata"].get("namespace", ""))
    chosen = path_of(tenant or {}, "spec.defaultProvider", "")
    if not chosen:
        providers = admission.reader.list("providers")
        chosen = providers[0]["metadata"]["name"] if len(providers) == 1 else ""
    spec["provider"] = chosen


def host_label_errors(
    admission: Admission, provider: str, shape: dict[str, Any], path: str
) -> list[FieldError]:
    """Only hosts have labels to be chosen by."""
    found = admission.reader.get("providers", "", provider)
    if not shape.get("labels") or found is None or found["spec"]["driver"] == "baremetal":
        return []
    text = (
        f"labels choose among hosts, and provider {provider} makes its machines: take cpu, memory or flavor"
    )
    return [FieldError(f"{path}.labels", text, "FieldValueForbidden")]


def provider_errors(admission: Admission) -> list[FieldError]:
    """The provider has to exist when the object is made."""
    name = path_of(admission.new, "spec.provider", "")
    if not name:
        text = "name a Provider, or let an administrator set the tenant's defaultProvider (slipway provider list)"
        return [FieldError("spec.provider", text, "FieldValueRequired")]
    if admission.old is None and admission.reader.get("providers", "", name) is None:
        known = ", ".join(p["metadata"]["name"] for p in admission.reader.list("providers")) or "none yet"
        return [
            FieldError(
                "spec.provider",
                f"there is no Provider {name!r}; there are: {known}",
                "FieldValueNotSupported",
            )
        ]
    return []
