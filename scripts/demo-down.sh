#!/usr/bin/env bash
# Deletes what `make demo` made, prints the deletion ledger, and stops Slipway.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

slipway up > /dev/null
if slipway cluster get web -n demo > /dev/null 2>&1; then
  say "Deleting cluster web"
  slipway cluster delete web -n demo --wait
else
  say "There is no cluster web"
fi
if slipway tenant get demo > /dev/null 2>&1; then slipway tenant delete demo --wait; fi
rm -f "$SLIPWAY_HOME/demo.kubeconfig"
say "Stopping Slipway"
slipway down
