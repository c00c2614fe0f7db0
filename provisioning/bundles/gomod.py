"""The source `gomod`: every program built from Go modules, every image put together here.

It needs a Go module proxy and a Debian mirror and nothing else. Main programs whose go.mod has `replace`
cannot be installed with `go install`; as a dependency of a throw-away module they can be built.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from provisioning.bundles import debian
from provisioning.bundles.commands import find_tool, run
from provisioning.bundles.images import Image, release_images
from provisioning.bundles.layout import CNI_BINARY, NODE_BINARIES, BundleDir
from provisioning.bundles.modules import PAUSE, PAUSE_SOURCE, Module, release_modules
from provisioning.bundles.oci import LayerContent, OciArchive
from provisioning.bundles.progress import Progress
from provisioning.versions import Release
from slipway.kernel.names import short_hash

NO_DEBUG_DATA = (
    "-gcflags=all=-dwarf=false"  # the linker would drop it; not to make it saves a tenth of the build
)


@dataclass(frozen=True, slots=True)
class GoModules:
    """Builds the programs and images of a release."""

    cache: Path
    arch: str
    progress: Progress
    name: str = "gomod"

    def fill(self, release: Release, bundle: BundleDir) -> list[str]:
        """Put the node's programs and the images into the bundle; the images' names."""
        with TemporaryDirectory(dir=bundle.root, prefix="work-") as scratch:
            programs = Path(scratch)
            self._build_all(release, programs)
            debian.busybox(programs / "busybox", self.arch, self.cache)
            bundle.images.parent.mkdir()
            with OciArchive(bundle.images, self.arch) as archive:
                self._write_images(self.images(release), programs, archive)
            bundle.bin.mkdir()
            for name in (*NODE_BINARIES, CNI_BINARY):
                shutil.move(programs / name, bundle.bin / name)
        return archive.names

    def images(self, release: Release) -> list[Image]:
        """Those whose programs can be built."""
        return [image for image in release_images(release) if image.buildable]

    def add(self, release: Release, images: Sequence[Image], archive: OciArchive) -> None:
        """Only what these images need is built."""
        with TemporaryDirectory(dir=archive.path.parent, prefix="work-") as scratch:
            programs = Path(scratch)
            needed = {program for image in images for program in image.programs.values()}
            for module in release_modules(release):
                if needed & {program.name for program in module.programs}:
                    self._build(module, self._prepared(module, release), programs)
            if "pause" in needed:
                self._build(PAUSE, PAUSE_SOURCE, programs)
            if "busybox" in needed:
                debian.busybox(programs / "busybox", self.arch, self.cache)
            self._write_images(images, programs, archive)

    def _build_all(self, release: Release, out: Path) -> None:
        for module in release_modules(release):
            self._build(module, self._prepared(module, release), out)
        self._build(PAUSE, PAUSE_SOURCE, out)

    def _build(self, module: Module, folder: Path, out: Path) -> None:
        """All programs of a module by one command: one core links while the other compiles."""
        built = out / "go-build"
        built.mkdir()
        flags = ["-trimpath", NO_DEBUG_DATA, "-ldflags", " ".join(["-s", "-w", *module.link_flags])]
        packages = [program.package for program in module.programs]
        self._go(["build", *flags, "-o", f"{built}/", *packages], folder, what=f"go build {module.key}")
        for program in module.programs:
            (built / program.built_as).rename(out / program.name)
            self.progress(f"built {program.name}: {(out / program.name).stat().st_size >> 20} MiB")
        built.rmdir()

    def _prepared(self, module: Module, release: Release) -> Path:
        """A folder with a module that requires what is to be built, its dependencies resolved.

        It is kept: resolving again costs ten seconds and gives the same.
        """
        main, version = next(iter(module.requires.items()))
        origin = json.loads(self._go(["mod", "download", "-json", f"{main}@{version}"], self.cache))
        published = json.loads(self._go(["mod", "edit", "-json", origin["GoMod"]], self.cache))
        files = _module_files(module, module.go_mod(published, release), Path(origin["Dir"]))
        folder = self.cache / "gomod" / f"{module.key}-{short_hash(*files.values())}"
        if not folder.exists():
            self.progress(f"resolving the modules of {module.key}")
            self._resolve(files, folder, what=f"go mod tidy for {module.key}")
        return folder

    def _resolve(self, files: Mapping[str, str], folder: Path, what: str) -> None:
        fresh = folder.with_name(f"{folder.name}.resolving")
        shutil.rmtree(fresh, ignore_errors=True)
        for name, text in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_text(text)
        self._go(["mod", "tidy"], fresh, what=what)
        fresh.rename(folder)

    def _go(self, arguments: Sequence[str], folder: Path, what: str = "go") -> str:
        go = find_tool("go", self.cache)
        environment = {
            "CGO_ENABLED": "0",
            "GOOS": "linux",
            "GOARCH": self.arch,
            "GOFLAGS": "-mod=mod -buildvcs=false",
            "GOWORK": "off",
            # a Go older than a module asks for fetches the right one through the module proxy
            "GOTOOLCHAIN": os.environ.get("GOTOOLCHAIN", "auto"),
        }
        return run([go, *arguments], cwd=folder, env=environment, what=what)

    def _write_images(self, images: Sequence[Image], programs: Path, archive: OciArchive) -> None:
        base = []
        if any(image.on_netbase for image in images):
            debian.netbase(programs / "netbase.tar", self.arch, self.cache)
            base = [archive.layer_from_tar(programs / "netbase.tar")]
        for image in images:
            own = archive.layer(_content(image, programs))
            archive.image(image.reference, [*base, own] if image.on_netbase else [own], image.config)
        self.progress(f"wrote {len(images)} images")


def _module_files(module: Module, go_mod: str, origin: Path) -> dict[str, str]:
    imports = "".join(f'import _ "{package}"\n' for package in module.imports)
    files = {"go.mod": go_mod, "tools.go": f"//go:build tools\n\npackage bundle\n\n{imports}"}
    if module.patched_main:
        files[f"{module.patched_main}/main.go"] = module.patch((origin / "main.go").read_text())
    return files


def _content(image: Image, programs: Path) -> LayerContent:
    return LayerContent({path: programs / name for path, name in image.programs.items()}, image.links)
