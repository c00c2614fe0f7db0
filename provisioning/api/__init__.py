"""What hangs under our kinds besides the kinds themselves: kubeconfig, ledger, plan, orphans, verbs of hosts, logs."""

from provisioning.api.host_verbs import HOST_CHECK, HOST_RELEASE
from provisioning.api.kubeconfig import KUBECONFIG
from provisioning.api.ledger import LEDGER
from provisioning.api.orphans import ORPHANS
from provisioning.api.plan import PLAN
from provisioning.api.run_log import RUN_LOG

SUBRESOURCES = (
    ("clusters", KUBECONFIG),
    ("clusters", LEDGER),
    ("clusters", PLAN),
    ("hosts", HOST_CHECK),
    ("hosts", HOST_RELEASE),
    ("providers", ORPHANS),
    ("runs", RUN_LOG),
)
