"""The web page's types are made from our OpenAPI, and must not lag behind it."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_openapi_document_of_the_web_page_is_current() -> None:
    script = ROOT / "frontend/scripts/export_openapi.py"
    spec = importlib.util.spec_from_file_location("export_openapi", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert module.TARGET.read_text() == module.text(), "run: cd frontend && npm run api"
