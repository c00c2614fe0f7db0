"""`python -m slipway.server up|prepare|web|worker|ticker`."""

import argparse
import os
import sys
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings.base")


def _up() -> int:
    from slipway.server.up import up

    return up()


def _prepare() -> int:
    from slipway.server.prepare import prepare

    return prepare()


def _web() -> int:
    from slipway.server.web import serve

    return serve()


def _worker() -> int:
    from provisioning.worker import main

    main()
    return 0


def _ticker() -> int:
    import django

    django.setup()  # the ticker's module needs the models

    from provisioning.ticker import main

    main()
    return 0


COMMANDS: dict[str, tuple[Callable[[], int], str]] = {
    "up": (_up, "run everything on this machine, until SIGTERM or Ctrl-C"),
    "prepare": (_prepare, "bring the database up to date; make certificates, administrator and kubeconfig"),
    "web": (_web, "run one web process"),
    "worker": (_worker, "run one worker process"),
    "ticker": (_ticker, "run the process that turns due work into messages"),
}


def main() -> int:
    """Run the command that was asked for; its result is the exit code."""
    parser = argparse.ArgumentParser(prog="python -m slipway.server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, text) in COMMANDS.items():
        commands.add_parser(name, help=text)
    return COMMANDS[parser.parse_args().command][0]()


if __name__ == "__main__":
    sys.exit(main())
