"""ASGI entry point of the web process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings.base")
_django = get_asgi_application()

from slipway.apimachinery.asgi import around  # noqa: E402 - imports models, so Django has to be set up

application = around(_django)
