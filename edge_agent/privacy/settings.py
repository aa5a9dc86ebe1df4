"""What an installer asks to be taken out, and the limits of finding it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge_agent.types import Point

REACH = 1.0
"""How far a mask may reach beyond the picture, in widths or heights of it."""


class FaceBlur(StrEnum):
    """How faces are found that are to be blurred."""

    OFF = "off"
    HEAD = "head"
    """Where the last pose had the head. Costs next to nothing; the first picture somebody appears in is not blurred."""
    DETECTOR = "detector"
    """By a face detector on every picture, and where the last pose had the head."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A part of the picture that becomes black."""

    name: str
    polygon: tuple[Point, ...]
    """At least three corners as fractions 0-1 of the picture's width and height; a little beyond is allowed. Where it
    crosses itself, all that it encloses is masked."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn: a mask that does not cover what it should must not be taken for one.

        Raises:
            ValueError: fewer than three corners, or one that is no number or far outside.
        """
        if len(self.polygon) < 3:
            raise ValueError(f"mask {self.name!r} has fewer than three corners")
        if not all(-REACH <= value <= 1.0 + REACH for corner in self.polygon for value in corner):
            raise ValueError(f"mask {self.name!r} has a corner far outside the picture")


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """Of one camera."""

    masks: tuple[Mask, ...] = ()
    face_blur: FaceBlur = FaceBlur.OFF

    @property
    def off(self) -> bool:
        """Whether every picture passes as it is."""
        return not self.masks and self.face_blur is FaceBlur.OFF


@dataclass(frozen=True, slots=True)
class PrivacyLimits:
    """What counts as a head or a face, and how generously it is covered. A head radius is about 14 cm."""

    joint_seen: float = 0.1
    """Score from which a keypoint tells where the head is: low, for a wrong guess costs a blurred chair. [C]"""
    face_score: float = 0.4
    """From here there may be a face. Source: of 51 faces of photographs, 22 of them less than 3 px from eye to eye had
    the network seen the whole picture, .3 finds 38, .4 36 and .5 31; below, more furniture is taken for faces."""
    lying_deg: float = 45.0
    """A body whose axis is further from upright is looked at turned upright: the detector knows upright faces. [C]"""
    hold_s: float = 2.0
    """How long a head not found again is covered where it was. [C]"""
    cell: float = 0.28
    """Side of a cell of the mosaic, head radii: about 4 cm, so that a face is four colours across and five down.
    Coarser cells cost poses, for the detector of bodies looks for heads: docs/privacy.md. [C]"""
    margin: float = 0.2
    """What is covered around a head, as a share of its radius. [C]"""
    loose_per_s: float = 2.0
    """How much that margin grows with the age of the sighting, head radii a second: about .3 m/s. [C]"""
    unknown_per_s: float = 8.0
    """The same for a head seen once, of which no motion is known yet: a brisk walk. [C]"""
    moving: float = 0.5
    """How much further it grows by the way a moving head has probably come since, as a share of that way. [C]"""
    carried_s: float = 0.4
    """No longer than this is a head thought to go on moving as it did. [C]"""
    loosest: float = 2.0
    """The margin grows no further, head radii. [C]"""
