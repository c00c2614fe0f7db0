"""machines/NAME/console: the end of what the machine's console shows, without secrets, as plain text."""

from django.http import HttpResponse
from rest_framework.request import Request

from provisioning.reconcile.providers import open_provider
from provisioning.reconcile.tags import CLUSTER, INSTALLATION, TENANT, tags
from slipway.apimachinery.kinds import Document, Subresource


def _get(_: Request, machine: Document) -> HttpResponse:
    """Asked of the provider now; empty where a machine has no console or was not made yet."""
    found = tags(machine)
    of_cluster = {key: found[key] for key in (INSTALLATION, TENANT, CLUSTER) if key in found}
    driver = open_provider(machine["spec"]["provider"]).driver
    text = driver.evidence(machine["spec"]["outsideName"], of_cluster)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


CONSOLE = Subresource("console", "MachineConsole", ("get",), _get)
