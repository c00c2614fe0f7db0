"""Machines by size only: for providers that have no flavors of their own."""

from provisioning.drivers.errors import Invalid


def flavor_problem(flavor: str) -> Invalid | None:
    """A flavor that is named where there are none: what is left out would be chosen for the tenant unseen."""
    if not flavor:
        return None
    text = f"this provider has no flavors, so there is no {flavor}: give cpu, memory and disk"
    return Invalid(text, field="machine.flavor")


def require_no_flavor(flavor: str) -> None:
    """Invalid when a flavor is named."""
    if problem := flavor_problem(flavor):
        raise problem
