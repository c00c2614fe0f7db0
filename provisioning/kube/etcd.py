"""etcd's members and their health, through the JSON gateway that every etcd serves."""

from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from datetime import timedelta
from types import TracebackType
from typing import Any

from provisioning.identity.certificates import sign_client
from provisioning.identity.pki import ClusterIdentity
from provisioning.kube.http import JsonClient
from provisioning.kube.observation import EtcdMember
from provisioning.kube.tls import client_context
from slipway.kernel.errors import SlipwayError

CLIENT_PORT = 2379
CREDENTIAL_LIFETIME = timedelta(hours=1)


class EtcdClient:
    """The etcd of one cluster, asked at any of these URLs. Use it in a `with`, as `ClusterClient`."""

    def __init__(self, identity: ClusterIdentity, urls: Iterable[str]) -> None:
        credential = sign_client(identity.etcd, "slipway:etcd", lifetime=CREDENTIAL_LIFETIME)
        self._context = client_context(identity.etcd.certificate, credential)
        self._clients = {url: JsonClient(url, self._context) for url in urls}

    def __enter__(self) -> "EtcdClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            client.close()

    def members(self) -> tuple[EtcdMember, ...]:
        """All members as one that answers knows them, with or without quorum; empty if none answers."""
        with ThreadPoolExecutor(max_workers=9, thread_name_prefix="etcd") as pool:
            found = self._member_list(pool)
            healthy = pool.map(self._is_healthy, found)
            return tuple(
                EtcdMember(m.get("name", ""), m["ID"], ok, bool(m.get("isLearner")))
                for m, ok in zip(found, healthy, strict=True)
            )

    def _member_list(self, pool: Executor) -> list[dict[str, Any]]:
        """The first answer. Not linearizable: that would need the quorum whose loss we want to see."""
        asked = [
            pool.submit(client.call, "POST", "/v3/cluster/member/list", {"linearizable": False})
            for client in self._clients.values()
        ]
        for answer in as_completed(asked):
            if answer.exception() is None:
                members: list[dict[str, Any]] = answer.result()["members"]
                return members
            if not isinstance(answer.exception(), SlipwayError):
                answer.result()  # a fault of ours, not a member that is down
        return []

    def _is_healthy(self, member: dict[str, Any]) -> bool:
        if not member.get("clientURLs"):
            return False  # added, and never started
        try:
            answer = self._client(member).call("GET", "/health")
        except SlipwayError:
            return False
        return isinstance(answer, dict) and answer.get("health") == "true"

    def _client(self, member: dict[str, Any]) -> JsonClient:
        url = member["clientURLs"][0]
        return self._clients.setdefault(url, JsonClient(url, self._context))


def client_urls(addresses: Iterable[str]) -> list[str]:
    """Where kubeadm's etcd listens for clients on these control planes."""
    return [f"https://{address}:{CLIENT_PORT}" for address in addresses]
