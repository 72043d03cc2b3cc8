"""npm packages without dependencies, downloaded once into a git-ignored folder and checked against a known hash."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "node_modules"
"""Folder whose name lets node and the compiler find the packages."""


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """An npm package. `sha512` is the hash of its archive in base64."""

    name: str
    version: str
    sha512: str

    @property
    def folder(self) -> Path:
        """Folder of the unpacked package."""
        return CACHE / self.name

    @property
    def is_fetched(self) -> bool:
        """Tell whether this version is in the folder."""
        stamp = self.folder / ".sha512"
        return stamp.exists() and stamp.read_text() == self.sha512

    def fetch(self) -> Path:
        """Download it on first use. Of several processes, one does it and the others wait."""
        fetch_all([self])
        return self.folder

    def unpack(self, archive: Path, scratch: Path) -> None:
        """Check an archive and put its content into the folder. `scratch` is an empty folder on the same disk."""
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != self.sha512:
            raise RuntimeError(f"{self.name}@{self.version} is not what was checked: its SHA-512 is {found}")
        with tarfile.open(archive) as tar:
            # Debian 12's Python 3.11.2 has no filters yet.
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            tar.extractall(scratch)  # noqa: S202 - the archive has been checked
        (scratch / "package" / ".sha512").write_text(self.sha512)
        if self.folder.exists():
            self.folder.rename(scratch / "older")
        self.folder.parent.mkdir(exist_ok=True)
        (scratch / "package").rename(self.folder)


def fetch_all(packages: Sequence[NpmPackage]) -> None:
    """Download packages on first use, in one call."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [package for package in packages if not package.is_fetched]
        if not missing:
            return
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            command = ["npm", "pack", *(f"{package.name}@{package.version}" for package in missing)]
            packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
            archives = packed.stdout.split()[-len(missing) :]
            for number, (package, archive) in enumerate(zip(missing, archives, strict=True)):
                scratch = Path(folder) / f"unpacked-{number}"
                scratch.mkdir()
                package.unpack(Path(folder) / archive, scratch)


TYPESCRIPT = NpmPackage(
    "typescript",
    "5.9.3",
    "jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
)
"""Compiler of TypeScript."""
