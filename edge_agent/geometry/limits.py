"""What is assumed of people and cameras, and how certain an estimated view must be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeometryLimits:
    """Figures of a body are shares of its stature (Drillis & Contini 1966); a prior is a mean and its spread."""

    # --- people ---
    stature_m: float = 1.62
    """Of those who stand and walk in the room, residents and staff; [C]: women and men over 75 are about 1.56 and
    1.68 m tall, two of three are women, and staff are 1.66."""
    stature_spread: float = 0.05
    """Of the mean of a few people about that, as a share; [C]: one sex of one age has .04."""
    ear_share: float = 0.93
    ankle_share: float = 0.039
    """Height of ears and ankles, of the stature; .936 is the eye's."""
    lean: tuple[float, float] = (0.05, 0.05)
    """How far the head of somebody who walks is ahead of the ankles, of its height over them; [C]: people stand with
    their weight some 5 cm ahead of the ankles (Winter 1995), stooped ones with the head more so."""
    across_error: float = 0.05
    along_error: float = 0.06
    """Of the head against the ankles across and along the body, of its height, in one second of one person; [C]: 3
    degrees, and statures that differ."""

    # --- cameras ---
    tilt_deg: tuple[float, float] = (15.0, 15.0)
    """[C]: between a shelf (0) and the ceiling's corner (30), as the kinematics assume."""
    roll_deg: tuple[float, float] = (0.0, 5.0)
    """[C]"""
    height_m: tuple[float, float] = (2.0, 0.35)
    """The spread is a share; [C]: a shelf is 1.2 m high, a ceiling 2.5."""
    focal: tuple[float, float] = (0.8, 0.2)
    """Picture widths, and the spread as a share; [C]: between 55 and 80 degrees across."""

    # --- what is looked at ---
    min_score: float = 0.5
    """Of each keypoint; [C]: surer than to be seen at all."""
    min_body_px: float = 60.0
    """From ankles to ears; [C]: a pixel is then a degree."""
    margin: float = 0.01
    """Picture widths and heights that every keypoint must be inside of: those beyond are guessed."""
    straight: float = 0.12
    """How far hips and shoulders may lie beside the line from the ankles to the ears, of its length; [C]."""
    upright_s: float = 1.0
    """How long somebody must have been standing or walking; [C]."""
    passage_s: float = 1.0
    """What is averaged to one observation: about a stride, so that its phases cancel; [C]."""
    gap_s: float = 0.5
    """A longer pause between two instants begins a new one; [C]."""
    moved: float = 0.1
    """How far the ankles must come in that time to show which way somebody walks, torso lengths; [C]."""
    most_a_cell: int = 3
    cells: int = 12
    """So many observations are kept of each of so many columns and rows of the picture, the latest: the estimate
    follows a camera that sags, and one who stands for hours has no more say than one who walks by."""

    # --- when it is used ---
    every_s: float = 3.0
    """How often it is worked out anew; [C]."""
    min_spots: int = 4
    """Cells of the picture's grid in which somebody was seen; four are the least that determine it (domain.md)."""
    max_tilt_error_deg: float = 4.0
    max_roll_error_deg: float = 2.5
    max_height_error: float = 0.12
    """Standard errors up to which an estimate is believed, the height's as a share; [C]: what is assumed otherwise is
    off by up to 15 degrees."""
    calm_s: float = 3.0
    """How long everybody in view must have been on their feet, or out of sight, for a view to be changed; [C]: as far
    back as a descent is looked for."""
    renew_deg: float = 2.0
    renew_share: float = 0.08
    """By how much an estimate must have changed, in tilt or roll and in height, to replace the one in use; [C]."""
