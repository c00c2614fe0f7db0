"""Django application: the Kubernetes-style API layer; knows no kind of ours."""

from django.apps import AppConfig


class ApimachineryConfig(AppConfig):
    """Stored objects, the change log and events."""

    name = "slipway.apimachinery"
    label = "apimachinery"
