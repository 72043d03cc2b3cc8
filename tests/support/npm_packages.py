"""What tests need from npm, fetched once into `.cache` and checked against the hash that was looked at."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache"


@dataclass(frozen=True)
class NpmPackage:
    """A package, and the folder in it that is wanted."""

    name: str
    """With its version."""
    sha512: str
    """Of the archive, base64."""
    folder: str = "."

    @property
    def target(self) -> Path:
        """Where it lies once it is fetched."""
        return CACHE / self.name.partition("@")[0]

    def fetch(self) -> Path:
        """Fetch it on first use; processes that ask at once wait for one of them to do it."""
        CACHE.mkdir(exist_ok=True)
        with (CACHE / f"{self.target.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.target.exists():
                with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                    with tarfile.open(self._download(Path(scratch))) as tar:
                        tar.extractall(scratch, filter="data")
                    (Path(scratch) / "package" / self.folder).rename(self.target)
        return self.target

    def _download(self, folder: Path) -> Path:
        command = ["npm", "pack", self.name]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
        archive = folder / packed.stdout.split()[-1]
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != self.sha512:
            raise RuntimeError(f"{self.name} is not the package that was checked: its SHA-512 is {found}")
        return archive
