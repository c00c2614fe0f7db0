"""Bundles: one directory per release and architecture with everything that nodes need, built here or fetched.

`build`, `list_bundles` and `verify` are what an operator does with them; `node_image.ensure_node_image` is
what the `local` driver asks for, `disk_image.ensure_disk_image` what clouds get. Nothing here knows Django.
"""

from provisioning.bundles.build import build
from provisioning.bundles.store import BundleInfo, list_bundles, verify

__all__ = ["BundleInfo", "build", "list_bundles", "verify"]
