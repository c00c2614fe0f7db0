"""What each service of OpenStack says, exactly as Zed said it, in the words of the driver contract."""

# ruff: noqa: E501 - a service's sentence stays in one line, so that it can be found

import json
from typing import Any

import pytest
import requests
from keystoneauth1 import exceptions as keystone
from openstack import exceptions as sdk

from provisioning.drivers.errors import (
    Conflict,
    DriverError,
    Exhausted,
    Invalid,
    Misconfigured,
    QuotaExceeded,
    Unavailable,
)
from provisioning.drivers.openstack.failures import fault, translate, translated
from slipway.kernel.errors import Actor

ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SETTINGS = "spec.settings"


def nova(status: int, message: str) -> Exception:
    shape = {
        400: "badRequest",
        403: "forbidden",
        404: "itemNotFound",
        409: "conflictingRequest",
        413: "overLimit",
    }
    return answered(status, {shape.get(status, "computeFault"): {"code": status, "message": message}})


def neutron(status: int, type_: str, message: str) -> Exception:
    return answered(status, {"NeutronError": {"type": type_, "message": message, "detail": ""}})


def glance(status: int, message: str) -> Exception:
    """Glance answers in HTML, of which the SDK keeps the text."""
    html = f"<html><head><title>{status} x</title></head><body><h1>{status} x</h1>{message}<br /><br /></body></html>"
    return answered(status, html)


def octavia(status: int, message: str) -> Exception:
    return answered(status, {"faultcode": "Client", "faultstring": message, "debuginfo": None})


def identity(status: int, message: str) -> Exception:
    return answered(status, {"error": {"code": status, "message": message, "title": "Forbidden"}})


def answered(status: int, body: dict[str, Any] | str, **headers: str) -> Exception:
    """The SDK's own exception for an answer."""
    response = requests.Response()
    response.status_code = status
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    response.headers.update({"Content-Type": kind, **headers})
    response.url = "http://cloud/servers"
    response.request = requests.Request("POST", response.url).prepare()
    try:
        sdk.raise_from_response(response)
    except sdk.SDKException as error:
        return error
    raise AssertionError(status)


SAID = [
    (nova(403, "Quota exceeded for cores: Requested 1, but already used 1 of 1 cores"), QuotaExceeded, "cores short by 1", "spec.replicas"),
    (
        nova(403, "Quota exceeded for cores, ram: Requested 4, 8192, but already used 18, 2048 of 20, 51200 cores, ram"),
        QuotaExceeded, "make machine m: cores short by 2", "spec.replicas",
    ),
    (nova(403, "Maximum number of ports exceeded"), QuotaExceeded, "quota of ports", ""),
    (neutron(409, "OverQuota", "Quota exceeded for resources: ['floatingip']."), QuotaExceeded, "quota of floatingip", ""),
    (neutron(409, "OverQuota", "Quota exceeded for resources: ['security_group_rule']."), QuotaExceeded, "security_group_rule", ""),
    (
        neutron(409, "IpAddressGenerationFailure", f"No more IP addresses available on network {ID}."),
        QuotaExceeded, "no address is left", "",
    ),
    (
        nova(413, "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'."),
        QuotaExceeded, "all 1 volumes", "",
    ),
    (
        nova(413, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. "
                  "Requested 6G, quota is 5G and 0G has been consumed."),
        QuotaExceeded, "6G storage are asked for; 0G of the quota's 5G", "spec.capacity",
    ),
    (octavia(403, "Quota has been met for resources: Load Balancer"), QuotaExceeded, "used up: Load Balancer", ""),
    (
        neutron(400, "ExternalIpAddressExhausted", f"Unable to find any IP address on external network {ID}."),
        Exhausted, "the external network has no address left", f"{SETTINGS}.externalNetwork",
    ),
    (
        glance(413, "Image storage media is full: There is not enough disk space on the image storage media."),
        Exhausted, "Glance's storage is full", "",
    ),
    (
        glance(413, f"Request exceeded quota: Project {ID} is over a limit for image_size_total of 1000 MiB."),
        Misconfigured, "image quota", "",
    ),
    (nova(400, "No valid host was found. There are not enough hosts available."), Exhausted, "no room", ""),
    (nova(404, "Volume type with name nope could not be found."), Invalid, "no volume type is named nope", "spec.type"),
    (nova(400, f"Flavor {ID} could not be found."), Invalid, "no such flavor", "machine.flavor"),
    (nova(400, "Flavor's memory is too small for requested image."), Invalid, "more memory", "machine.memory"),
    (nova(400, "The requested availability zone is not available"), Misconfigured, "zone", f"{SETTINGS}.availabilityZones"),
    (nova(400, f"Can not find requested image {ID}"), Misconfigured, "image", f"{SETTINGS}.image"),
    (nova(400, f"Image {ID} is not active."), Misconfigured, "image", f"{SETTINGS}.image"),
    (
        nova(400, "Invalid input received: Availability zone 'moon' is invalid."),
        Misconfigured, "no zone moon", f"{SETTINGS}.availabilityZones",
    ),
    (octavia(400, "Provider 'amphora' is not enabled."), Misconfigured, "provider amphora is not there", ""),
    (nova(400, f"Network {ID} could not be found."), Unavailable, "is gone", ""),
    (octavia(400, f"Subnet {ID} not found."), Unavailable, "is gone", ""),
    (nova(400, "Invalid key_name provided."), Misconfigured, "refuses the request", ""),
    (
        neutron(409, "NetworkInUse", f"Unable to complete operation on network {ID}. There are one or more ports still "
                                     f"in use on the network, id for these ports is: {ID}."),
        Conflict, "something still uses the network", "",
    ),
    (
        neutron(409, "SubnetInUse", f"Unable to complete operation on subnet {ID}: One or more ports have an IP "
                                    "allocation from this subnet."),
        Conflict, "still uses the subnet", "",
    ),
    (
        neutron(409, "RouterInterfaceInUseByFloatingIP", f"Router interface for subnet {ID} on router {ID} cannot be "
                                                         "deleted, as it is required by one or more floating IPs."),
        Conflict, "floating IP still leads", "",
    ),
    (
        neutron(409, "FloatingIPPortAlreadyAssociated", f"Cannot associate floating IP 172.24.4.9 ({ID}) with port {ID} "
                "using fixed IP 10.0.0.9, as that fixed IP already has a floating IP on external network x."),
        Conflict, "another floating IP", "",
    ),
    (glance(409, f"Image {ID} could not be deleted because it is in use: The image cannot be deleted"), Conflict, "use the image", ""),
    (
        nova(400, "Invalid volume: Volume status must be available or error or error_restoring or error_extending or "
                  "error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a "
                  "transfer, or be disassociated from snapshots after volume transfer."),
        Conflict, "still uses the volume", "",
    ),
    (neutron(409, "RouterInUse", f"Router {ID} has ports still attached: {ID}"), Conflict, "the router", ""),
    (neutron(409, "SecurityGroupInUse", f"Security Group {ID} in use."), Conflict, "the security group", ""),
    (octavia(409, "Another Listener on this Load Balancer is already using protocol TCP and protocol_port 1"), Conflict, "TCP and protocol_port 1 is taken", ""),
    (octavia(400, f"Validation failure: Cannot delete Load Balancer {ID} - it has children"), Conflict, "listeners or pools", ""),
    (
        neutron(400, "InvalidInput", f"Requested subnet with cidr: 10.0.0.0/24 for network: {ID} overlaps with another subnet."),
        Conflict, "overlap", "spec.cidr",
    ),
    (
        nova(403, "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed."),
        Misconfigured, "may not do that there: os_compute_api:servers:detail:get_all_tenants", "",
    ),
    (identity(403, "You are not authorized to perform the requested action: identity:create_project."), Misconfigured, "identity:create_project", ""),
    (
        identity(403, "You are not authorized to perform the requested action: Using method 'application_credential' is "
                      "not allowed for managing additional application credentials.."),
        Misconfigured, "make it unrestricted", f"{SETTINGS}.applicationCredentialId",
    ),
    (
        keystone.NotFound(f"Could not find Application Credential: {ID}. (HTTP 404) (Request-ID: req-{ID})"),
        Misconfigured, "deleted or has expired", f"{SETTINGS}.applicationCredentialId",
    ),
    (
        keystone.Unauthorized("The request you have made requires authentication. (HTTP 401) (Request-ID: req-1)"),
        Misconfigured, "refuses the credential", SETTINGS,
    ),
    (nova(409, f"Cannot 'start' instance {ID} while it is in vm_state active"), Unavailable, "busy", ""),
    (nova(409, f"Port {ID} is still in use."), Unavailable, "earlier machine still has its port", ""),
    (
        neutron(404, "ExternalGatewayForFloatingIPNotFound", f"External network {ID} is not reachable from subnet {ID}. "
                "Therefore, cannot associate Port x with a Floating IP."),
        Unavailable, "no way out yet", "",
    ),
    (octavia(409, f"Load Balancer {ID} is immutable and cannot be updated."), Unavailable, "busy", ""),
    (nova(429, "This request was rate-limited."), Unavailable, "too much at once", ""),
    (nova(500, "Unexpected API Error."), Unavailable, "HTTP 500", ""),
    (nova(503, "Service Unavailable"), Unavailable, "HTTP 503", ""),
    (nova(409, "something else"), Unavailable, "HTTP 409", ""),
    (keystone.ConnectFailure("Unable to establish connection to http://cloud: Connection refused"), Unavailable, "cannot be reached", ""),
    (keystone.ConnectTimeout("Request to http://cloud timed out"), Unavailable, "does not answer", ""),
    (requests.ReadTimeout("timed out"), Unavailable, "does not answer", ""),
    (keystone.SSLError("SSL exception connecting to https://cloud: certificate verify failed"), Misconfigured, "not trusted", f"{SETTINGS}.caCertificate"),
    (
        keystone.EndpointNotFound("public endpoint for compute service in nowhere region not found"),
        Misconfigured, "catalogue", f"{SETTINGS}.region",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "kind", "meaning", "field"), SAID, ids=lambda v: getattr(v, "details", None)
)
def test_every_foreign_error_has_its_word(
    error: Exception, kind: type[DriverError], meaning: str, field: str
) -> None:
    found = translate(error, "make machine m")

    assert type(found) is kind
    assert found.message.startswith("cannot make machine m: ")
    assert meaning in found.message
    assert found.field == field
    assert found.foreign
    assert "HTTP 4" not in found.foreign
    assert "Request-ID" not in found.foreign


def test_who_must_act_follows_from_the_kind() -> None:
    quota, operator, nobody = (
        translate(error, "x").actor for error in (SAID[0][0], SAID[-1][0], nova(500, "x"))
    )

    assert (quota, operator, nobody) == (Actor.TENANT, Actor.OPERATOR, Actor.NOBODY)


@pytest.mark.parametrize(
    ("said", "seconds"), [("17", 17), ("999999", 600), ("", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)]
)
@pytest.mark.parametrize("status", [413, 429, 503])
def test_a_cloud_that_asks_for_peace_gets_it(status: int, said: str, seconds: float) -> None:
    body = {"overLimit": {"code": status, "message": "This request was rate-limited."}}
    found = translate(answered(status, body, **{"Retry-After": said}), "make machine m")

    assert type(found) is Unavailable
    assert found.retry_after == seconds


def test_user_data_that_nova_quotes_back_is_not_passed_on() -> None:
    said = f"Invalid input for field/attribute user_data. Value: {'QUJD' * 100}. 'QUJD' is too long"
    found = translate(nova(400, said), "make machine m")

    assert type(found) is Misconfigured
    assert "the cloud refuses user_data" in found.message
    assert "QUJD" not in str(found)


def test_no_secret_is_passed_on_and_the_cause_does_not_show_it() -> None:
    with pytest.raises(Unavailable) as caught, translated("check", ("hunter22",)):
        raise nova(500, "user slipway with hunter22 failed")

    assert "hunter22" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "said",
    ["No valid host was found. ", "No valid host was found. There are not enough hosts available."],
)
def test_a_server_without_a_host_says_what_that_means(said: str) -> None:
    assert fault(said) == f"the cloud has no room for a machine of this flavor ({said.strip()})"
    assert "Cinder says error" in fault(
        f"Build of instance {ID} aborted: Volume {ID} did not finish being created even after we waited 3 seconds or 2 "
        "attempts. And its status is error."
    )
    assert "no host of the cloud could start it" in fault(
        f"Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance {ID}."
    )
    assert fault("") == "the cloud does not say why"
