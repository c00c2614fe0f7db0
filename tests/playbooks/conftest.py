"""Modules are imported under the names that they have on a node."""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import ansible.module_utils
import pytest

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"


@pytest.fixture(scope="session", autouse=True)
def _module_utils() -> Iterator[None]:
    """Ansible puts our module_utils beside its own when it packs a module; so does this."""
    ansible.module_utils.__path__.append(str(PLAYBOOKS / "module_utils"))
    yield
    ansible.module_utils.__path__.remove(str(PLAYBOOKS / "module_utils"))


@pytest.fixture(scope="session")
def load():
    """A module of the library, or (with a name of module_utils) what modules share."""

    def load(name: str):
        if (PLAYBOOKS / "module_utils" / f"{name}.py").exists():
            return import_module(f"ansible.module_utils.{name}")
        spec = spec_from_file_location(name, PLAYBOOKS / "library" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load
