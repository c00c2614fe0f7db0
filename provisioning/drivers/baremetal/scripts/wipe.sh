# Takes everything of Slipway's off a host, but installed packages, and compares it with what it was before. May be killed
# at any line and run again. $1: installation, $2: machine, $3: the state script, $4...: directories of storage pools.
# Says `taken WHO`, `left WHAT` for each thing that is left, or nothing: then the host is clean, or that machine's no more.
set -u
home=/var/lib/slipway-host
[ -e "$home/claim" ] || { rm -rf "$home"; exit 0; }
read -r installation machine < "$home/claim"
[ "$installation" = "$1" ] || { echo "taken $installation"; exit 0; }
[ "$machine" = "$2" ] || exit 0
state=$3
shift 3
for unit in slipway-cni.path slipway-cni.service keepalived haproxy kubelet $(cd "$home/disks" 2>/dev/null && ls | sed "s/.*/slipway-disk-&.service/"); do
  systemctl disable --now --quiet $unit 2>/dev/null
done
# What runs in pods: the shims go with containerd's own processes, and the pods by their cgroups.
systemctl disable --now --quiet containerd 2>/dev/null
for cgroup in $(find /sys/fs/cgroup -type d \( -path '*kubepods*' -o -path '*k8s.io*' \) 2>/dev/null); do
  for pid in $(cat "$cgroup/cgroup.procs" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
done
for process in /proc/[0-9]*; do
  case $(cat "$process/comm" 2>/dev/null) in containerd-shim*) kill -9 "${process##*/}" 2>/dev/null ;; esac
done
sleep 0.2
for round in 1 2 3; do
  awk '$2 ~ /^\/(var\/lib\/(kubelet|containerd|slipway)|run\/(containerd|netns))/ {print $2}' /proc/self/mounts | sort -r |
    while read -r mounted; do umount "$mounted" 2>/dev/null || umount -l "$mounted" 2>/dev/null; done
done
find /sys/fs/cgroup -depth -type d \( -path '*kubepods*' -o -path '*k8s.io*' \) -exec rmdir {} \; 2>/dev/null

disks=$(cat "$home"/disks/* 2>/dev/null)
for disk in $disks; do
  blkdiscard --force "$disk" 2>/dev/null # where the disk can: what it held is gone
  wipefs --all --quiet "$disk" 2>/dev/null
done
for interface in /sys/class/net/*; do
  name=${interface##*/}
  case $name in
    cni0 | flannel* | veth* | kube-*) grep -qx "interface $name" "$home/before" 2>/dev/null || ip link delete "$name" 2>/dev/null ;;
  esac
done
# A virtual IP that a killed keepalived left.
if command -v ip > /dev/null && [ -e "$home/before" ]; then
  ip -o -4 address show | while read -r _ interface _ address _; do
    case $address in */32) grep -qx "address ${address%/*}" "$home/before" || ip address delete "$address" dev "$interface" ;; esac
  done
fi
if command -v nft > /dev/null; then
  for family in iptables ip6tables; do
    $family-save 2>/dev/null | grep -qE 'KUBE-|CNI-|FLANNEL-|flannel|kube-proxy' || continue
    $family-save 2>/dev/null | grep -vE 'KUBE-|CNI-|FLANNEL-|flannel|kube-proxy' | $family-restore 2>/dev/null
  done
  nft list tables 2>/dev/null | while read -r _ family table; do
    grep -qx "table $family $table" "$home/before" 2>/dev/null && continue
    case $table in
      kube-proxy | flannel-*) nft delete table "$family" "$table" ;;
      filter | nat | mangle | raw) # made by iptables for the sake of our rules: gone, if nothing else is in it
        nft list table "$family" "$table" | grep -qE '^\s+(ip|ip6|tcp|udp|iif|oif|ct|meta|jump|counter)' || nft delete table "$family" "$table" ;;
    esac
  done
fi

gone() { # unless it was there before us
  for path in "$@"; do grep -qxF "path $path" "$home/before" 2>/dev/null || rm -rf --one-file-system "$path"; done
}
gone /etc/kubernetes /etc/cni /etc/slipway /opt/cni /var/lib/kubelet /var/lib/etcd /var/lib/cni /var/lib/slipway-node \
  /var/lib/slipway /var/log/pods /var/log/containers /run/flannel /run/slipway /run/containerd /run/lock/slipway.lock \
  /var/lib/slipway-volumes /root/.kube /usr/libexec/kubernetes /run/haproxy /run/haproxy.pid /run/haproxy-master.sock \
  /run/netns /run/xtables.lock /var/lib/haproxy/dev/log /etc/systemd/system/containerd.service.d /usr/lib/cni/flannel "$@"
grep -qx 'path /lib/modules' "$home/before" 2>/dev/null || rmdir /lib/modules 2>/dev/null # kube-proxy's mount made it
find /var/lib/containerd -xdev -mindepth 1 -delete 2>/dev/null
find /run/netns -maxdepth 1 -name 'cni-*' -delete 2>/dev/null
gone /usr/bin/kubeadm /usr/bin/kubelet /usr/bin/kubectl /usr/bin/etcdctl /usr/bin/etcdutl /usr/local/sbin/slipway-* \
  /etc/systemd/system/kubelet.service /etc/systemd/system/slipway-* /etc/systemd/system/multi-user.target.wants/kubelet.service \
  /etc/systemd/system/multi-user.target.wants/slipway-* /etc/sysctl.d/90-slipway.conf /etc/modules-load.d/slipway.conf
rm -rf /root/.ansible /home/*/.ansible /tmp/ansible-tmp-*
rmdir /etc/systemd/system/kubelet.service.requires 2>/dev/null
for file in haproxy/haproxy.cfg keepalived/keepalived.conf; do
  if [ -e "$home/conffiles/${file##*/}" ]; then cp -p "$home/conffiles/${file##*/}" /etc/$file; else rm -f /etc/$file; fi
done
systemctl daemon-reload 2>/dev/null
systemctl reset-failed 2>/dev/null
sed -n 's/^sysctl //p' "$home/before" 2>/dev/null | while IFS== read -r key value; do
  [ "$(cat "/proc/sys/$key" 2>/dev/null)" = "$value" ] || echo "$value" > "/proc/sys/$key" 2>/dev/null
done
rm -rf "$home/packages" "$home/prepared"
left=$(
  sh -c "$state" | LC_ALL=C comm -13 "$home/before" -
  for disk in $disks; do [ -z "$(wipefs --noheadings "$disk" 2>&1)" ] || echo "disk $disk"; done
)
if [ -n "$left" ]; then
  echo "$left" | sed 's/^/left /'
else
  rm -rf "$home" /run/lock/slipway-host.lock
fi
exit 0
