#!/usr/bin/env bash
# Slipway with simulated providers and 200 clusters in every state, moving until Ctrl-C. Its home is apart from a real one.
set -euo pipefail
cd "$(dirname "$0")/.."
export SLIPWAY_HOME=${SLIPWAY_DEMO_HOME:-$HOME/.local/share/slipway-demo-fake} SLIPWAY_PORT=${SLIPWAY_PORT:-7444}
. scripts/common.sh

say "Starting Slipway with simulated machines"
slipway up > /dev/null
cat <<TEXT
  web page   https://127.0.0.1:$SLIPWAY_PORT  (the browser asks whether to trust Slipway's own CA)
  user       admin
  password   $(cat "$SLIPWAY_HOME/admin.password")

Clusters come and go until you press Ctrl-C; then Slipway is stopped. To forget all of it: rm -r $SLIPWAY_HOME
TEXT
trap 'slipway down' EXIT
uv run --no-sync python scripts/demo_fake.py "$SLIPWAY_HOME" "$SLIPWAY_PORT"
