"""What hangs under our kinds besides themselves: kubeconfig, plan, orphans, the log of a run, ..."""

from provisioning.api.console import CONSOLE
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
    ("machines", CONSOLE),
    ("providers", ORPHANS),
    ("runs", RUN_LOG),
)
