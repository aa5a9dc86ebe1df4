"""What another configuration changes, and whether a running agent can take it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firmware_config.field import facts
from firmware_config.schema import Camera, Configuration
from firmware_config.section import Section


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed."""

    where: str
    """The key's path, cameras by their id: `broker.port`, `cameras.cam-1.zones`; `cameras` where one came, went or
    changed places."""
    live: bool
    """Whether a running agent takes it over; else its parts must be built anew."""


def differences(old: Configuration, new: Configuration) -> tuple[Difference, ...]:
    """Every field that is not the same, in the order of the schema; the profile's defaults count as written."""
    return tuple(_changed(old, new, (), live=False))


def _changed(old: Section, new: Section, above: tuple[str, ...], *, live: bool) -> Iterator[Difference]:
    for name, info in type(old).model_fields.items():
        before, after, own = getattr(old, name), getattr(new, name), facts(info).live
        where, own_live = (*above, info.alias or name), live if own is None else own
        if before == after:
            continue
        if isinstance(before, Section) and type(before) is type(after):
            yield from _changed(before, after, where, live=own_live)
        elif name == "cameras" and _ids(before) == _ids(after):
            for one, other in zip(before, after, strict=True):
                yield from _changed(one, other, (*where, one.id), live=own_live)
        else:
            yield Difference(".".join(where), own_live)


def _ids(cameras: tuple[Camera, ...]) -> list[str]:
    return [camera.id for camera in cameras]
