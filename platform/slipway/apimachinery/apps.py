"""Django application: the Kubernetes-style API layer; knows no kind of ours."""

from django.apps import AppConfig


class ApimachineryConfig(AppConfig):
    """Stored objects, the change log and events."""

    name = "slipway.apimachinery"
    label = "apimachinery"

    def ready(self) -> None:
        """The two kinds of the core group."""
        from slipway.apimachinery.events import EVENT
        from slipway.apimachinery.kinds import registry
        from slipway.apimachinery.namespaces import NAMESPACE

        registry.register(EVENT, NAMESPACE)
