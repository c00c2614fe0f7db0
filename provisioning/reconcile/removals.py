"""How what a sweep found is removed, in the order in which one has to go before the next can."""

from collections.abc import Callable

from provisioning.drivers.contract import Driver, OutsideKind, Tags


def removals(driver: Driver) -> tuple[tuple[OutsideKind, Callable[[str, Tags], None]], ...]:
    """Every kind with the driver's call for it."""
    return (
        (OutsideKind.MACHINE, driver.delete_machine),
        (OutsideKind.ENDPOINT, driver.delete_endpoint),
        (OutsideKind.VOLUME, driver.delete_volume),
        (OutsideKind.ADDRESS, driver.delete_address),
        (OutsideKind.GROUP, driver.delete_group),
        (OutsideKind.CREDENTIAL, driver.delete_credential),
        (OutsideKind.NETWORK, driver.delete_network),
        (OutsideKind.STORAGE, driver.delete_storage),
        (OutsideKind.IMAGE, driver.delete_image),
        (OutsideKind.PROJECT, driver.delete_project),
    )
