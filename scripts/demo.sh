#!/usr/bin/env bash
# The main job once, on this machine: Slipway up, a tenant, one manifest through kubectl, a Ready cluster. Run twice it does no work twice.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

say "Starting Slipway"
slipway up > /dev/null
slipway provider get local > /dev/null 2>&1 || slipway provider create local --driver local
slipway tenant get demo > /dev/null 2>&1 || slipway tenant create demo

say "kubectl apply -n demo -f examples/ha-cluster.yaml"
kubectl --kubeconfig "$ADMIN" apply -n demo -f examples/ha-cluster.yaml
slipway cluster watch web -n demo --timeout 15m

say "Its nodes, asked of the cluster itself"
slipway cluster kubeconfig web -n demo --print > "$SLIPWAY_HOME/demo.kubeconfig"
chmod 600 "$SLIPWAY_HOME/demo.kubeconfig"
kubectl --kubeconfig "$SLIPWAY_HOME/demo.kubeconfig" get nodes -o wide

cat <<TEXT

The web page: https://127.0.0.1:${SLIPWAY_PORT:-7443}, user admin, password $(cat "$SLIPWAY_HOME/admin.password")
(the browser asks whether to trust Slipway's own authority, $SLIPWAY_HOME/tls/ca.crt)

What to try next (uv run puts both commands on the PATH; kubectl needs only the file):
  export KUBECONFIG=$ADMIN
  kubectl -n demo get clusters,nodepools,machines,runs
  kubectl -n demo scale nodepool/web-workers --replicas 3 && kubectl -n demo get machines -w
  kubectl -n demo describe cluster web
  uv run slipway runs list -n demo
  uv run slipway cluster kubeconfig web -n demo        # merges a context into ~/.kube/config
  docker stop \$(docker ps -q --filter name=web-workers-1)   # and watch Slipway start it again
  make demo-down                                       # delete it all, with proof
TEXT
