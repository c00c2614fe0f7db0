"""Driver calls side by side."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from provisioning.reconcile.cluster_pass import ClusterPass

PARALLEL = 16  # driver calls at once; each blocks for seconds


def in_parallel(cluster: ClusterPass, call: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """What each call gives. The first error is raised after all have ended, so that none is left running."""

    def one(item: Any) -> Any:
        cluster.lease.check()
        return call(item)

    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        futures = [pool.submit(one, item) for item in items]
    return [f.result() for f in futures]
