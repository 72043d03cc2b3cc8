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
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_fetched:
                with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                    self._unpack(Path(scratch))
        return self.folder

    def _unpack(self, scratch: Path) -> None:
        command = ["npm", "pack", f"{self.name}@{self.version}"]
        packed = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
        archive = scratch / packed.stdout.split()[-1]
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
