# Makes each disk of a storage type a mounted file system, once. $@: `type=device`. A disk that holds something is refused.
set -eu
home=/var/lib/slipway-host/disks
mkdir -p "$home"
for disk in "$@"; do
  type=${disk%%=*} device=${disk#*=}
  directory=/var/lib/slipway/disks/$type unit=slipway-disk-$type.service
  [ -b "$device" ] || { echo "there is no disk $device, which storage type $type needs" >&2; exit 1; }
  if [ ! -e "$home/$type" ]; then
    held=$(wipefs --noheadings --output TYPE "$device" | tr '\n' ' ')
    [ -z "$held" ] || { echo "disk $device holds $held: wipefs --all $device, if nobody needs it" >&2; exit 1; }
    echo "$device" > "$home/.new" && mv "$home/.new" "$home/$type" # from now on what it holds is ours
  fi
  [ -e "$home/.$type.made" ] || { mkfs.ext4 -q -F "$device" && touch "$home/.$type.made"; }
  mkdir -p "$directory"
  # Without its disk a node would fill the system's own: the kubelet does not start.
  printf '[Unit]\nDescription=Disk of storage type %s\nBefore=kubelet.service\n[Service]\nType=oneshot\nRemainAfterExit=yes
ExecStart=/bin/sh -c "mountpoint -q %s || mount %s %s"\n[Install]\nRequiredBy=kubelet.service\n' \
    "$type" "$directory" "$device" "$directory" > "/etc/systemd/system/$unit"
  systemctl daemon-reload
  systemctl --quiet enable "$unit"
  systemctl restart "$unit"
done
