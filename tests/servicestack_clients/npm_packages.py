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
        return CACHE / self.name

    def fetch(self) -> Path:
        """Its folder, filled on first use; processes that ask at once wait for one of them to do it."""
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_there():
                with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                    self._unpack(Path(scratch))
        return self.folder

    def _is_there(self) -> bool:
        stamp = self.folder / ".sha512"
        return stamp.exists() and stamp.read_text() == self.sha512

    def _unpack(self, scratch: Path) -> None:
        command = ["npm", "pack", f"{self.name}@{self.version}"]
        packed = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
        archive = scratch / packed.stdout.split()[-1]
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != self.sha512:
            raise RuntimeError(f"{self.name}@{self.version} is not what was checked: its SHA-512 is {found}")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        (scratch / "package" / ".sha512").write_text(self.sha512)
        if self.folder.exists():
            self.folder.rename(scratch / "older")
        self.folder.parent.mkdir(exist_ok=True)
        (scratch / "package").rename(self.folder)


CLIENT = NpmPackage(
    "@servicestack/client",
    "2.1.13",
    "1uBOrfxiFeXxD83IP89+HUM/REEXOeW8oJAp09WuOFatZADBDaWvBoeAMYTn9m/jOoDALQMNUR9DDOqguGMW2g==",
)
COMPILER = NpmPackage(
    "typescript",
    "5.9.3",
    "jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
)
