"""The files by which add-ons enter a cloud."""

from provisioning.addons.cloud_config import files

VALUES = {
    "auth_url": "https://keystone.test/v3",
    "region": "one",
    "id": "a1",
    "secret": 'a "quoted" \\ secret',
    "external_network": "net-1",
    "load_balancers": "yes",
    "ca_certificate": "",
}


def test_it_holds_what_signs_in_and_nothing_of_a_person() -> None:
    made = files(VALUES)

    assert set(made) == {"cloud.conf"}
    lines = made["cloud.conf"].splitlines()
    assert 'auth-url = "https://keystone.test/v3"' in lines
    assert 'application-credential-id = "a1"' in lines
    assert r'application-credential-secret = "a \"quoted\" \\ secret"' in lines
    assert 'floating-network-id = "net-1"' in lines
    assert 'enabled = "true"' in lines
    assert not [line for line in lines if "username" in line or "password" in line]


def test_a_cloud_with_an_authority_of_its_own_is_trusted_by_it() -> None:
    made = files({**VALUES, "ca_certificate": "-----BEGIN CERTIFICATE-----"})

    assert made["ca.crt"] == "-----BEGIN CERTIFICATE-----"
    assert 'ca-file = "/etc/config/ca.crt"' in made["cloud.conf"]


def test_without_octavia_services_get_no_load_balancers() -> None:
    assert 'enabled = "false"' in files({**VALUES, "load_balancers": ""})["cloud.conf"]
