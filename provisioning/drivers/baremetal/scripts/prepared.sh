# Writes down what the host was prepared with: $1.
set -eu
cd /var/lib/slipway-host
echo "$1" > prepared.new && mv prepared.new prepared
