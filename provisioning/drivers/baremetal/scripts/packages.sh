# Installs Debian packages out of the tar at its input: only those that the host lacks, from nowhere else, started by nobody.
# $1: the state script.
set -eu
home=/var/lib/slipway-host
rm -rf "$home/packages" && mkdir -p -m 755 "$home/packages" && cd "$home/packages"
tar -xf - --no-same-owner
[ -s install ] || exit 0
sha256sum --quiet -c SHA256SUMS
echo "deb [trusted=yes] file:$PWD ./" > sources
mkdir -p lists/partial cache/archives/partial
apt() {
  DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -o Dir::Etc::SourceList="$PWD/sources" -o Dir::Etc::SourceParts=/nonexistent \
    -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 \
    -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-unsafe-io -o DPkg::Lock::Timeout=60 "$@"
}
# A package must not start what nobody has configured yet.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy
  trap 'rm -f $policy' EXIT
fi
apt update
# shellcheck disable=SC2046 # one word each
apt install -y --no-install-recommends --no-remove $(cat install) > "$home/apt.log" 2>&1 || { tail -n 5 "$home/apt.log" >&2; exit 1; }
cd / && rm -rf "$home/packages" "$home/apt.log"
# What a packet filter held before us can be seen only now; nothing of ours has run yet.
if [ ! -e "$home/filters" ]; then
  sh -c "$1" | grep -E '^(table|chain|rule) ' | LC_ALL=C sort -u - "$home/before" > "$home/before.new"
  mv "$home/before.new" "$home/before" && touch "$home/filters"
fi
for unit in haproxy keepalived; do systemctl --quiet disable $unit 2>/dev/null || true; done
mkdir -p "$home/conffiles"
for file in haproxy/haproxy.cfg keepalived/keepalived.conf; do
  if [ -e /etc/$file ] && [ ! -e "$home/conffiles/${file##*/}" ]; then cp -p /etc/$file "$home/conffiles/"; fi
done
