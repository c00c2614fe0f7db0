"""Two reconcilers of one worker that meet OpenStack for the first time at the same moment."""

import subprocess
import sys

TWO_AT_ONCE = """
import importlib.abc, sys, threading, time
from provisioning.drivers.errors import Unavailable
from provisioning.drivers.registry import open_driver

class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("openstack.connection", "openstack.cloud"):
            time.sleep(0.3)

def check():
    login = {"authUrl": "http://127.0.0.1:1/v3", "project": "p", "username": "u"}
    try:
        open_driver("openstack", login, {"password": "x"}).check()
    except Unavailable:
        sys.stdout.write("asked ")  # one write: print makes two, and the threads mix them

sys.meta_path.insert(0, Slow())
first = threading.Thread(target=check)
first.start()
while "openstack.exceptions" not in sys.modules:
    time.sleep(0.01)
check()
first.join()
"""


def test_the_sdk_is_whole_for_every_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["asked", "asked"], done.stderr
