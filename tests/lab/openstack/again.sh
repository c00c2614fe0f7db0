#!/bin/bash
# again.sh CMD...: run CMD, and again whenever it crashes. libvirtd of Debian 12 does now and then (a null pointer while
# it unmakes containers); they outlive it, nova-compute connects to the next one, and a deletion is tried again.
while "$@"; status=$?; [ $status -gt 128 ]; do
  echo "again.sh: ended with $status: $*" >&2
  sleep 1
done
exit $status
