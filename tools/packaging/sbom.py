"""The list of what is inside (CycloneDX 1.6, JSON), from the metadata of the installed packages."""

from __future__ import annotations

import json
from importlib.metadata import Distribution, distributions
from pathlib import Path


def bill(folder: Path, name: str, version: str) -> str:
    """The list for an application.

    Args:
        folder: `site-packages`.
        name: of the application.
        version: of the application.
    """
    found = sorted(distributions(path=[str(folder)]), key=lambda each: each.metadata["Name"].lower())
    inside = [_component(each) for each in found if each.metadata["Name"] != name]
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": name, "version": version}},
        "components": inside,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _component(package: Distribution) -> dict[str, object]:
    name, version = package.metadata["Name"], package.version
    told: dict[str, object] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
    }
    said = package.metadata.json
    licence = said.get("license_expression") or _short(said.get("license"))
    if licence:
        told["licenses"] = [{"license": {"name": licence}}]
    return told


def _short(text: object) -> str | None:
    """Some put the whole text there."""
    return str(text).splitlines()[0][:80] if text else None
