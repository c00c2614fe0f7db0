"""Composition root at start-up: connects Celery and hangs our own subresources under the API."""

from django.apps import AppConfig


class SlipwayConfig(AppConfig):
    """Loaded last, when every other app is ready."""

    name = "slipway"
    label = "slipway"

    def ready(self) -> None:
        """Make `shared_task` find our Celery application in every process."""
        from slipway.celery import app

        app.set_default()
