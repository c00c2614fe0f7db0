"""How the work goes: the queue and the workers, as far as the database shows them."""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from provisioning.models import Work
from slipway.apimachinery.health import Health, register

LATE = timedelta(seconds=30)  # workers take what is due within a second, unless all of them are busy or away


def queue() -> Health:
    """How many objects wait for a worker, and for how long."""
    now = timezone.now()
    due = Work.objects.filter(next_reconcile_at__lte=now).exclude(lease_expires_at__gte=now)
    oldest = due.aggregate(oldest=Min("next_reconcile_at"))["oldest"]
    waits = now - oldest if oldest else timedelta(0)
    text = f"{due.count()} due, the longest for {waits.total_seconds():.0f} s"
    return Health(waits < LATE, text if waits < LATE else f"{text}: no worker runs, or they do not keep up")


def workers() -> Health:
    """Who holds leases now. One that has nothing to do is not seen here."""
    held = Work.objects.filter(lease_expires_at__gte=timezone.now()).exclude(holder="")
    busy = held.values("holder").distinct().count()
    return Health(True, f"{busy} at work on {held.count()} objects")


def objects() -> Health:
    """What is looked after, and what is tried again after a failure."""
    failing = Work.objects.filter(failures__gt=0).count()
    return Health(True, f"{Work.objects.count()} looked after, {failing} tried again after a failure")


def register_all() -> None:
    """Called once, at start-up."""
    register("queue", queue)
    register("workers", workers)
    register("objects", objects)
