"""From a folder as it will lie on a box to a package, byte for byte the same each time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from firmware_config.errors import InstallerError


@dataclass(frozen=True, slots=True)
class Control:
    """What dpkg is told of a package."""

    name: str
    version: str
    architecture: str
    """amd64, arm64 or all."""
    depends: str
    summary: str
    about: str
    scripts: Mapping[str, str] = field(default_factory=dict)
    """Maintainer scripts (postinst, prerm, postrm) by name."""

    @property
    def file_name(self) -> str:
        """As Debian names it."""
        return f"{self.name}_{self.version}_{self.architecture}.deb"

    def text(self, tree_bytes: int) -> str:
        """The control file."""
        about = "".join(f"\n {line}" for line in self.about.splitlines())
        return (
            f"Package: {self.name}\nVersion: {self.version}\nArchitecture: {self.architecture}\n"
            f"Maintainer: Carepose <carepose@localhost>\nInstalled-Size: {-(-tree_bytes // 1024)}\n"
            f"Depends: {self.depends}\nSection: misc\nPriority: optional\n"
            f"Description: {self.summary}{about}\n"
        )


def pack(tree: Path, control: Control, out: Path, epoch: int) -> Path:
    """Make the package.

    Args:
        tree: what lies below `/` on the box.
        control: what dpkg is told.
        out: the folder it is put into.
        epoch: seconds since 1970 that every file is dated.

    Raises:
        InstallerError: dpkg-deb is missing, or refuses.
    """
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    told = tree / "DEBIAN"
    told.mkdir(mode=0o755)
    (told / "control").write_text(control.text(size), encoding="utf-8")
    for name, script in control.scripts.items():
        (told / name).write_text(script, encoding="utf-8")
    for path in [tree, *tree.rglob("*")]:
        if path.is_symlink():
            os.utime(path, (epoch, epoch), follow_symlinks=False)
            continue
        runs = path.is_dir() or (path.parent == told and path.name in control.scripts) or os.access(path, os.X_OK)
        path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch))
    out.mkdir(parents=True, exist_ok=True)
    package = out / control.file_name
    # zstd: dpkg reads it from Debian 12 on, and xz takes ten times as long over what is mostly compressed already.
    words = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z10", "--threads-max=1", "--build", str(tree), str(package)]
    dated = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    try:
        subprocess.run(words, check=True, capture_output=True, text=True, env=dated)
    except FileNotFoundError:
        raise InstallerError("dpkg-deb is missing: packages are made on Debian or Ubuntu") from None
    except subprocess.CalledProcessError as refused:
        raise InstallerError(f"dpkg-deb made no {control.file_name}: {refused.stderr.strip()}") from None
    return package
