# Says what a host is, one `key=value` a line. Runs as root with nothing but what every Debian has. $@: ports that a node needs,
# and disks.
. /etc/os-release
echo "system=$ID-$VERSION_ID"
echo "systemName=$PRETTY_NAME"
echo "kernel=$(uname -r)"
echo "architecture=$(uname -m)"
echo "hostname=$(uname -n)"
echo "time=$(date +%s)"
echo "cpu=$(grep -c ^processor /proc/cpuinfo)"
echo "memoryKiB=$(awk '/^MemTotal:/ {print $2}' /proc/meminfo)"
echo "swap=$(awk 'NR > 1 {print $1}' /proc/swaps | tr '\n' ' ')"
echo "freeKiB=$(df -Pk /var/lib | awk 'NR == 2 {print $4}')"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  echo cgroup=2
  controllers=" $(cat /sys/fs/cgroup/cgroup.controllers) "
else
  echo cgroup=1
  controllers=" $(awk '$4 == 1 {print $1}' /proc/cgroups | tr '\n' ' ')"
fi
for controller in cpu cpuset memory pids; do
  case $controllers in *" $controller "*) ;; *) echo "controller=$controller" ;; esac
done
[ -d /run/systemd/system ] && echo systemd=yes || echo systemd=no
resolvers=/run/systemd/resolve/resolv.conf
[ -e $resolvers ] || resolvers=/etc/resolv.conf
echo "resolvers=$(grep -E '^nameserver' $resolvers | grep -cvE '^nameserver[[:space:]]+(127\.|::1)')"
echo "machineId=$(cat /etc/machine-id 2>/dev/null)"
for disk in /sys/block/*; do
  name=${disk##*/}
  case $name in loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd*) continue ;; esac
  echo "disk=$name $(($(cat "$disk/size") * 512))"
done
# Where there are no modules to look at, as in a container, the kernel is somebody else's: nothing is said.
modules=/lib/modules/$(uname -r)
[ -d "$modules" ] && for module in overlay br_netfilter vxlan nf_tables nf_conntrack; do
  [ -d "/sys/module/$module" ] || grep -q "/$module\.ko" "$modules/modules.dep" "$modules/modules.builtin" || echo "module=$module"
done
for wanted in "$@"; do
  case $wanted in
    /*) # a disk of a machine holds that machine's data
      [ -b "$wanted" ] || { echo "nodisk=$wanted"; continue; }
      held=$(wipefs --noheadings --output TYPE "$wanted" 2>/dev/null | tr '\n' ' ')
      [ -z "$held" ] || [ -e /var/lib/slipway-host/claim ] || echo "held=$wanted $held"
      continue ;;
  esac
  hex=$(printf ':%04X' "$wanted")
  awk -v p="$hex" '$4 == "0A" && substr($2, length($2) - 4) == p {found = 1} END {exit !found}' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null && echo "port=$wanted"
done
for unit in containerd docker kubelet crio k3s; do
  systemctl is-active --quiet "$unit" 2>/dev/null && echo "runs=$unit"
done
[ -e /var/lib/slipway-host/claim ] && echo "claim=$(cat /var/lib/slipway-host/claim)"
exit 0
