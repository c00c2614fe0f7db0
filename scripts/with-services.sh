#!/usr/bin/env bash
# with-services.sh COMMAND...: runs COMMAND, from the checkout's root, beside a throw-away PostgreSQL and Redis that it
# finds in SLIPWAY_TEST_DATABASE_URL and SLIPWAY_TEST_BROKER_URL. Servers that are there already are left alone.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
exec python3 -m tests.support.services "$@"
