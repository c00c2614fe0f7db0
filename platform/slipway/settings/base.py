"""Django's settings, the same in every mode."""

from typing import Any

import dj_database_url

from slipway.settings.environment import ENVIRONMENT

SECRET_KEY = "unused: no signed cookies; secrets at rest use the key file of slipway.base.crypto"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", ENVIRONMENT.host, *ENVIRONMENT.allowed_hosts]
ROOT_URLCONF = "slipway.urls"
ASGI_APPLICATION = "slipway.asgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "rest_framework",
    "slipway.apimachinery.apps.ApimachineryConfig",
    "tenants.apps.TenantsConfig",
    "provisioning.apps.ProvisioningConfig",
    "slipway.apps.SlipwayConfig",
]
MIDDLEWARE: list[str] = []


def database(url: str) -> dict[str, Any]:
    """One connection description for either database."""
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a transaction that reads, then writes must not lose the race for the lock half-way.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": database(ENVIRONMENT.database_url)}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.authentication.TokenOrSession"],
    "DEFAULT_PERMISSION_CLASSES": [],  # every view asks SLIPWAY_AUTHORIZER, see slipway.apimachinery
    "UNAUTHENTICATED_USER": None,
}
CSRF_COOKIE_NAME = (
    "__Host-slipway-csrf"  # checked for requests with the session's cookie only: tenants.session
)
CSRF_COOKIE_SECURE = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # as long as the browser runs
SLIPWAY_FRONTEND = ENVIRONMENT.frontend
SLIPWAY_AUTHORIZER = "tenants.access.authorizer"
SLIPWAY_HOME = ENVIRONMENT.home
SLIPWAY_KEY_FILE = ENVIRONMENT.home / "secret.key"
SLIPWAY_ENCRYPTION_KEY = ENVIRONMENT.encryption_key

CELERY_BROKER_URL = ENVIRONMENT.broker_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a message is only a hint: a lost one costs a tick, a repeated one nothing
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
if ENVIRONMENT.broker_in_process:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "polling_interval": 0.05
    }  # kombu's own second would be felt in each pass
