# Marks the host as ours before anything else is done to it. $1: installation, $2: machine, $3: the state script.
# The mark tells another Slipway that knows the same host; its last word is what was prepared here, if anything.
set -eu
home=/var/lib/slipway-host
mkdir -p "$home"
if [ -e "$home/claim" ]; then
  read -r installation machine < "$home/claim"
  if [ "$installation" != "$1" ] || [ "$machine" != "$2" ]; then
    echo "taken $installation $machine"
    exit 0
  fi
else
  [ -e "$home/before" ] || { sh -c "$3" > "$home/before.new" && mv "$home/before.new" "$home/before"; }
  (set -C && echo "$1 $2" > "$home/claim")
fi
. /etc/os-release
echo "ours $ID-$VERSION_ID $(cat "$home/prepared" 2>/dev/null)"
