"""The baremetal driver: hosts that are there already, reached by SSH."""
