"""A browser as far as sessions go: it keeps cookies, and sends the CSRF token as the web page does."""

import http.cookies
import json

from tests.api.tenancy_server import Client


class Browser:
    """One, with no session yet."""

    def __init__(self, root):
        self.client = Client(root.home, root.port)
        self.cookies = {}
        self.origin = f"https://127.0.0.1:{root.port}"
        self.csrf = ""
        self.set = {}

    def __call__(self, method, path, body=None, **headers):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.client.headers = {"Origin": self.origin, "Cookie": cookie, "X-CSRFToken": self.csrf, **headers}
        answer = self.client.open(method, path, body)
        for line in answer.headers.get_all("Set-Cookie") or []:
            morsels = http.cookies.SimpleCookie(line)
            for name, morsel in morsels.items():
                self.set[name] = line
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        if answer.status in (301, 302):
            answer.read()
            return answer.status, answer.headers["Location"]
        document = json.loads(answer.read())
        self.csrf = document.get("csrfToken", self.csrf) if isinstance(document, dict) else self.csrf
        return answer.status, document

    def sign_in(self, **credentials):
        self("GET", "/session")
        return self("POST", "/session", credentials)
