"""Rows that are not API objects: the work queue, the ledger, identities, credentials, claims and the lines of runs."""

from provisioning.models.cloud_credential import CloudCredential
from provisioning.models.identity import Identity
from provisioning.models.installation import Installation
from provisioning.models.ledger import LedgerEntry
from provisioning.models.pool_entry import PoolEntry
from provisioning.models.run_line import RunLine
from provisioning.models.work import Work

__all__ = ["CloudCredential", "Identity", "Installation", "LedgerEntry", "PoolEntry", "RunLine", "Work"]
