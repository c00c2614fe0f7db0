#!/bin/bash
# in-node.sh NODE CMD...: exec CMD in the node's network and mount namespaces
. "$(dirname "$0")/env.sh"
. "$HERE/lib.sh"
node=$1
shift
exec nsenter --target "$(pid_of "node-$node")" --mount --net --uts -- "$@"
