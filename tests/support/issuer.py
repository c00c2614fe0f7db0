"""An issuer of OpenID Connect for tests, in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from support.server import free_port

SECRET = "only-slipway-and-its-issuer-know"
_MODULE = str(Path(__file__).with_name("issuer_with_pkce.py"))
_PATIENCE = 30  # seconds


@contextmanager
def issuer(people: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Its address. `people`: claims by subject; the form there asks for the subject alone."""
    port = free_port()
    known = [f"--user-claims={json.dumps({'sub': sub, **claims})}" for sub, claims in people.items()]
    command = [sys.executable, _MODULE, f"--port={port}", *known]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def id_token(address: str, person: str, client: str) -> str:
    """As a plugin of kubectl gets one."""
    back = "http://localhost:8000"
    asked = {"client_id": client, "redirect_uri": back, "response_type": "code", "scope": "openid email"}
    url = f"{address}/oauth2/authorize?{urlencode(asked)}"
    form = requests.post(url, data={"sub": person}, allow_redirects=False, timeout=10)
    (code,) = parse_qs(urlsplit(form.headers["Location"]).query)["code"]
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    answer = requests.post(f"{address}/oauth2/token", data=grant, auth=(client, SECRET), timeout=10)
    return str(answer.json()["id_token"])


def _wait(address: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=5).raise_for_status()
        except requests.RequestException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
