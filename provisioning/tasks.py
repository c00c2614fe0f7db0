"""Celery's way in. A message is only a hint: what it names is claimed from the database, or left alone."""

from celery import shared_task

from provisioning.reconcile.reconciler import reconcile_in_thread


@shared_task(name="provisioning.reconcile")  # type: ignore[untyped-decorator] # celery publishes no types
def reconcile(uid: str) -> None:
    """One pass over one object, if it is due and nobody has it."""
    reconcile_in_thread(uid)
