"""The worker process: Celery's threads as hands. With an in-process broker the ticker is one of its threads."""

import threading

from slipway.settings.environment import ENVIRONMENT


def main() -> None:
    """Work until SIGTERM; a pass that is under way is finished or left to the next worker."""
    import django

    django.setup()

    from celery import current_app

    from provisioning import ticker

    stop = threading.Event()
    if ENVIRONMENT.broker_in_process:
        threading.Thread(target=ticker.run, args=(stop,), name="ticker", daemon=True).start()
    worker = current_app.Worker(
        pool="threads",
        concurrency=ENVIRONMENT.worker_threads,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    try:
        worker.start()
    finally:
        stop.set()
