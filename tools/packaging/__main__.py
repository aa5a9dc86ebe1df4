"""`python -m tools.packaging`: the packages for a kind of box, and with a key the signed update."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from firmware_config.errors import InstallerError
from firmware_config.update.release import Release
from tools.packaging.contents import PLATFORMS, PYTHONS, ROOT, application, base
from tools.packaging.debian import pack


def main(words: list[str] | None = None) -> int:
    """Make them."""
    parser = argparse.ArgumentParser(prog="python -m tools.packaging", description=__doc__)
    parser.add_argument("--system", choices=PYTHONS, default="bookworm", help="which distribution (default: bookworm)")
    parser.add_argument("--machine", choices=PLATFORMS, default="arm64", help="which processor (default: arm64)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--version", default=version("carepose"), help="of the application (default: %(default)s)")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the maker's Ed25519 key (PEM), to sign an update")
    asked = parser.parse_args(words)
    try:
        for path in made(asked.out, asked.system, asked.machine, asked.version, maker_key(asked.key)):
            print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, sha256 {sha256(path.read_bytes()).hexdigest()}")
    except InstallerError as fault:
        print(f"packaging: {fault}", file=sys.stderr)
        return int(fault.exit_code)
    return 0


def made(out: Path, system: str, machine: str, release: str, key: Ed25519PrivateKey | None) -> list[Path]:
    """Make both packages, and the signed update where there is a key."""
    epoch = _epoch()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        public = None
        if key is not None:
            public = work / "release.pub"
            public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        trees = [work / "app", work / "base"]
        for tree in trees:
            tree.mkdir()
        tools = ROOT / ".cache" / "packaging"
        controls = application(trees[0], tools, system, machine, release), base(trees[1], release, public)
        packages = [pack(tree, control, out, epoch) for tree, control in zip(trees, controls, strict=True)]
    return [*packages, *(signed_update(packages[0], system, machine, release, key) if key else [])]


def signed_update(package: Path, system: str, machine: str, release: str, key: Ed25519PrivateKey) -> list[Path]:
    """Write what an update needs beside its package: what is signed, and the signature."""
    data = package.read_bytes()
    told = Release(release, package.name, sha256(data).hexdigest(), len(data), system, machine)
    manifest, signature = package.with_suffix(".json"), package.with_suffix(".sig")
    manifest.write_bytes(told.raw())
    signature.write_bytes(key.sign(told.raw()))
    return [manifest, signature]


def maker_key(path: Path | None) -> Ed25519PrivateKey | None:
    """The maker's key from its file.

    Raises:
        InstallerError: it is none.
    """
    if path is None:
        return None
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise InstallerError(f"{path} is no Ed25519 key (openssl genpkey -algorithm ed25519 makes one)")
    return key


def _epoch() -> int:
    """Of the last commit: what is built from it is dated with it."""
    words = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    sys.exit(main())
