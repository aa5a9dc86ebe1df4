"""What the installer drew, as a change of the configuration that somebody else puts into effect.

The page may not write `/etc`: what it proposes goes through the facility's signed bundle like every other change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_agent.errors import StorageError
from firmware_config.disk import Disk, replace_file
from firmware_config.emit import emit
from firmware_config.load import InvalidConfigurationError, text_of, understood
from firmware_config.schema import Configuration
from firmware_config.tree import parse

DECIMALS = 4
"""Of a corner: a tenth of a pixel."""
KEYS = frozenset({"zones", "masks", "view"})
HEAD = "# Proposed on the box by `edge-agent aim`; it changes nothing by itself. Put it into the box's config.yaml.\n"


class ProposalError(ValueError):
    """It cannot be used; one line for each fault, for the page."""

    def __init__(self, faults: list[str]) -> None:
        """Carry all faults."""
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Proposal:
    """One camera's part of a configuration."""

    camera: str
    text: str
    """YAML: what changes, and nothing else."""
    configuration: Configuration
    """The box as it would be with it."""


def proposed(path: Path, camera: str, wanted: Mapping[str, Any]) -> Proposal:
    """Judge what was drawn as if it were written into the box's own file.

    Args:
        path: of the configuration in use.
        camera: whose it is.
        wanted: `zones` and `masks` as the page drew them (name, kind, polygon), `view` as it was calibrated; what is
            not named stays. Zones on the floor stay as well.

    Raises:
        ProposalError: the configuration would be refused with it.
        InvalidConfigurationError: the file in use cannot be used itself any more.
    """
    if not wanted or set(wanted) - KEYS:
        raise ProposalError([f"a proposal has some of {', '.join(sorted(KEYS))}"])
    understood(path, text := text_of(path), Configuration)
    data: Any = parse(text).data
    cameras: list[dict[str, Any]] = [dict(each) for each in data["cameras"]]
    at = next((at for at, each in enumerate(cameras) if each.get("id") == camera), None)
    if at is None:
        raise ProposalError([f"there is no camera {camera}"])
    changed = _changed(cameras[at], wanted)
    cameras[at] = {**cameras[at], **changed}
    try:
        whole = understood(path, emit({**data, "cameras": cameras}), Configuration)
    except InvalidConfigurationError as invalid:
        raise ProposalError(
            [f"{fault.where.removeprefix(f'cameras.{at}.')}: {fault.what}" for fault in invalid.faults]
        ) from None
    return Proposal(camera, HEAD + emit({"cameras": [{"id": camera, **changed}]}), whole)


def kept(proposal: Proposal, folder: Path) -> Path:
    """Write it, whole or not at all; where it lies.

    Raises:
        StorageError: it cannot be written; an earlier one is still there.
    """
    target = folder / f"proposal-{proposal.camera}.yaml"
    write_whole(target, proposal.text.encode())
    return target


def write_whole(target: Path, data: bytes) -> None:
    """Put a file in its place in one step.

    Raises:
        StorageError: it cannot be written; an earlier one is still there.
    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(Disk(), target, data, 0o600)
    except OSError as fault:
        raise StorageError(
            f"{target}: cannot be written: {fault.strerror}", "check the folder and the free space"
        ) from fault


def _changed(camera: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if "zones" in wanted:
        on_floor = [zone for zone in camera.get("zones") or () if zone.get("floor")]
        subjects = {zone["name"]: zone["subject"] for zone in camera.get("zones") or () if zone.get("subject")}
        drawn = [_rounded(zone) for zone in _entries(wanted["zones"], "zones")]
        changed["zones"] = on_floor + [
            {**zone, "subject": subjects[zone["name"]]} if zone.get("name") in subjects else zone for zone in drawn
        ]
    if "masks" in wanted:
        masks = [_rounded(mask) for mask in _entries(wanted["masks"], "masks")]
        changed["privacy"] = {**(camera.get("privacy") or {}), "masks": masks}
    if "view" in wanted:
        if not isinstance(wanted["view"], Mapping):
            raise ProposalError(["view: not a section"])
        changed["view"] = {**(camera.get("view") or {}), **wanted["view"]}
    return changed


def _entries(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise ProposalError([f"{name}: not a list of shapes"])
    return value


def _rounded(shape: Mapping[str, Any]) -> dict[str, Any]:
    corners = shape.get("polygon")
    if not isinstance(corners, list) or not all(_is_corner(corner) for corner in corners):
        raise ProposalError([f"{shape.get('name', 'a shape')}: its corners are not pairs of numbers"])
    return {**shape, "polygon": [[round(float(x), DECIMALS), round(float(y), DECIMALS)] for x, y in corners]}


def _is_corner(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(part) in {int, float} for part in value)
