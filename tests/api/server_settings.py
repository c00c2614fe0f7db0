"""Settings of the server under test: the API layer with sample kinds and stub access, and nothing else."""

from slipway.settings.base import *  # noqa: F403 - the test gives the environment that it reads

INSTALLED_APPS = [
    "rest_framework",
    "slipway.apimachinery.apps.ApimachineryConfig",
    "tests.api.samples.SamplesConfig",
]
ROOT_URLCONF = "slipway.apimachinery.urls"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tests.api.access.Token"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
SLIPWAY_AUTHORIZER = "tests.api.access.authorizer"
