"""Stand-ins for the tools that a build calls, where setup-host.sh puts tools: they are found first there."""

from dataclasses import dataclass
from pathlib import Path

import docker
import pytest

from provisioning.bundles import build
from tests.support.engine import Engine

GO = """#!/bin/sh
echo "$@" >> {folder}/go.log
case "$1 $2" in
  "mod download") echo '{{"GoMod": "{folder}/go.mod", "Dir": "{folder}"}}' ;;
  "mod edit") echo '{{"Go": "1.26.0", "Replace": []}}' ;;
  build*)
    while [ "$1" != -o ]; do shift; done
    into=$2; shift 2
    for package in "$@"; do name=${{package%/v[0-9]}}; name=${{name##*/}}; echo "program $name" > "$into/$name"; done ;;
esac
"""
MMDEBSTRAP = """#!/bin/sh
echo "$@" >> {folder}/mmdebstrap.log
while [ "$1" != bookworm ]; do shift; done
mkdir -p {folder}/root/bin
echo busybox > {folder}/root/bin/busybox
tar --sort=name --mtime=@0 --owner=0 --group=0 -cf "$2" -C {folder}/root .
"""
QEMU_IMG = """#!/bin/sh
echo "$@" >> {folder}/qemu-img.log
for last; do :; done
echo disk > "$last"
"""
APT_GET = "#!/bin/sh\necho 'Debian|bookworm|http://mirror.test/debian'\n"
FLANNEL_MAIN = 'import (\n\t_ "example.test/backend/vxlan"\n\t_ "example.test/backend/udp"\n)\n'


@dataclass
class Tools:
    """A cache with stand-ins for go, mmdebstrap, apt-get and qemu-img in its bin/."""

    cache: Path
    folder: Path

    def replace(self, name: str, script: str) -> None:
        """Let a tool do something else."""
        path = self.cache / "bin" / name
        path.write_text(script.replace("{folder}", str(self.folder)))
        path.chmod(0o755)

    def calls(self, name: str) -> list[str]:
        """The arguments of each call of a tool."""
        log = self.folder / f"{name}.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """Tools that succeed in no time."""
    made = Tools(tmp_path / "cache", tmp_path / "tools")
    (made.cache / "bin").mkdir(parents=True)
    made.folder.mkdir()
    (made.folder / "main.go").write_text(FLANNEL_MAIN)
    made.replace("go", GO.format(folder=made.folder))
    made.replace("mmdebstrap", MMDEBSTRAP.format(folder=made.folder))
    made.replace("apt-get", APT_GET)
    made.replace("qemu-img", QEMU_IMG)
    return made


@pytest.fixture
def cache(tools):
    build("1.37.2", tools.cache, "gomod")
    return tools.cache


@pytest.fixture
def engine(cache, monkeypatch):
    made = Engine()
    made.said = (0, "\n".join(build("1.37.2", cache).images))
    monkeypatch.setattr(docker, "from_env", lambda **_: made)
    return made
