"""Hosts that people own, played by system containers: plain Debian or Ubuntu with an SSH server, and no more."""
