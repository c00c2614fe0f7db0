"""What the platform itself does to objects, beside the server, on the same database, through the store."""

import json
import sys
import threading

import django

django.setup()

from slipway.apimachinery.store import store  # noqa: E402 - Django has to be set up before models are imported


def status(plural: str, namespace: str, name: str, wanted: str) -> None:
    store.update_status(plural, namespace, name, lambda d: d["status"].update(json.loads(wanted)))


def release(plural: str, namespace: str, name: str, finalizer: str) -> None:
    store.remove_finalizer(plural, namespace, name, finalizer)


def event(plural: str, namespace: str, name: str, kind: str, reason: str, message: str) -> None:
    found = store.get(plural, namespace, name)
    assert found
    store.record_event(found, kind, reason, message)


def secrets(plural: str, namespace: str, name: str) -> object:
    found = store.get(plural, namespace, name)
    assert found
    return store.secrets(found["metadata"]["uid"])


def trim(keep: str) -> None:
    from slipway.apimachinery import changes

    changes.trim_log(keep=int(keep))


def load(namespace: str, prefix: str, threads: str, each: str) -> None:
    """Create, change and delete from several threads at once; two thirds of the objects stay."""

    def write(number: int) -> None:
        for i in range(int(each)):
            name = f"{prefix}-{number}-{i}"
            store.create(
                "widgets", {"metadata": {"name": name, "namespace": namespace}, "spec": {"size": i % 100}}
            )
            store.update_status("widgets", namespace, name, lambda d: d["status"].update(phase="Up"))
            if i % 3 == 0:
                store.delete("widgets", namespace, name)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(int(threads))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps(globals()[command](*arguments)))
