"""npm packages without dependencies, fetched once into a git-ignored folder and checked against a known hash."""

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
"""Named so that node and the compiler find the packages by themselves."""


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """`sha512` is that of its archive, in base64."""

    name: str
    version: str
    sha512: str

    @property
    def folder(self) -> Path:
        """The folder it is unpacked into."""
        return CACHE / self.name

    @property
    def is_fetched(self) -> bool:
        """Whether this version is in its folder."""
        stamp = self.folder / ".sha512"
        return stamp.exists() and stamp.read_text() == self.sha512

    def fetch(self) -> Path:
        """Fill its folder on first use; processes that ask at once wait for one of them to do it."""
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
            # Python 3.11.2, Debian 12's, has no filters yet.
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            tar.extractall(scratch)  # noqa: S202 - the archive is the one that was checked
        (scratch / "package" / ".sha512").write_text(self.sha512)
        if self.folder.exists():
            self.folder.rename(scratch / "older")
        self.folder.parent.mkdir(exist_ok=True)
        (scratch / "package").rename(self.folder)
