"""Defaults that several kinds share: the provider that a tenant uses when it names none."""

from typing import Any

from provisioning.kinds.common import path_of
from slipway.apimachinery.kinds import Admission, Document, FieldError


def default_provider(admission: Admission) -> None:
    """The tenant's default provider, or the only one there is."""
    spec = admission.new.setdefault("spec", {})
    if spec.get("provider"):
        return
    tenant = admission.reader.get("tenants", "", admission.new["metadata"].get("namespace", ""))
    chosen = path_of(tenant or {}, "spec.defaultProvider", "")
    if not chosen:
        providers = usable_providers(admission)
        chosen = providers[0]["metadata"]["name"] if len(providers) == 1 else ""
    spec["provider"] = chosen


def usable_providers(admission: Admission) -> list[Document]:
    """Those that are not being deleted."""
    return [p for p in admission.reader.list("providers") if not p["metadata"].get("deletionTimestamp")]


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
    found = admission.reader.get("providers", "", name)
    if admission.old or (found and not _closed(found, admission.new)):
        return []
    known = ", ".join(p["metadata"]["name"] for p in usable_providers(admission)) or "none yet"
    what = f"Provider {name!r} is being deleted" if found else f"there is no Provider {name!r}"
    return [FieldError("spec.provider", f"{what}; there are: {known}", "FieldValueNotSupported")]


def _closed(provider: Document, new: Document) -> bool:
    """Whether it takes nothing new, but what a cluster that is there already makes for itself."""
    return bool(provider["metadata"].get("deletionTimestamp")) and not new["metadata"].get("ownerReferences")
