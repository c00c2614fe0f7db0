"""What hangs under our kinds besides themselves: kubeconfig, plan, orphans, verbs of hosts, the log of a run, ..."""

from provisioning.api.console import CONSOLE
from provisioning.api.host_verbs import HOST_CHECK, HOST_RELEASE
from provisioning.api.kubeconfig import KUBECONFIG
from provisioning.api.ledger import LEDGER
from provisioning.api.orphans import ORPHANS
from provisioning.api.plan import PLAN
from provisioning.api.run_log import RUN_LOG
from provisioning.api.usage import USAGE

SUBRESOURCES = (
    ("clusters", KUBECONFIG),
    ("clusters", LEDGER),
    ("clusters", PLAN),
    ("clusters", USAGE),
    ("hosts", HOST_CHECK),
    ("hosts", HOST_RELEASE),
    ("machines", CONSOLE),
    ("providers", ORPHANS),
    ("runs", RUN_LOG),
)
