"""`slipway cluster`: the noun and its verbs."""

from slipway.cli.commands import cluster_create, cluster_kubeconfig, cluster_plan, cluster_verbs
from slipway.cli.factory import noun
from slipway.cli.resources import CLUSTER

cluster = noun(CLUSTER, "cluster", help="Kubernetes clusters.")
cluster.add_command(cluster_create.create)
cluster.add_command(cluster_plan.plan)
cluster.add_command(cluster_verbs.watch)
cluster.add_command(cluster_verbs.scale)
cluster.add_command(cluster_verbs.delete)
cluster.add_command(cluster_verbs.ledger)
cluster.add_command(cluster_kubeconfig.kubeconfig)
