"""Writes our OpenAPI document for the generator of TypeScript types: `npm run api` in frontend/."""

import json
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings.base")
django.setup()

from slipway.apimachinery import openapi  # noqa: E402 - needs the kinds, so Django has to be set up

TARGET = Path(__file__).parents[1] / "src/api/openapi.json"


def text() -> str:
    """The document of our group, in an order that does not depend on the run."""
    return json.dumps(openapi.document("slipway.dev", "v1"), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text())
