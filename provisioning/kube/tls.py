"""A TLS context that shows a client certificate, made from PEM in memory."""

import ssl
import tempfile
from pathlib import Path

from provisioning.identity.certificates import Pair


def client_context(authority: str, client: Pair) -> ssl.SSLContext:
    """Trusts that authority alone. Python reads the key from a file only: gone on return."""
    context = ssl.create_default_context(cadata=authority)
    with tempfile.TemporaryDirectory(prefix="slipway-") as directory:
        chain = Path(directory, "client.pem")
        chain.write_text(client.certificate + client.key)
        context.load_cert_chain(chain)
    return context
