"""Thresholds of the picture's quality."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What decides that a picture cannot be believed, and for how long it must be so.

    Grey levels are 0-255. A "cell" is one of 64 x 48 fields of the picture, a "tile" one of 4 x 3. [C] is convention
    without a firm source; [M] was measured with `python -m tools.picture_faults` on its sources for choosing.
    """

    look_s: float = 0.15
    """How long after one picture was judged the next is; those between take over its verdict; [C]: saves time."""
    gap_s: float = 3.0
    """Longest pause between two pictures that still counts as looking on; [C]: pictures come at 1 Hz and more."""

    frozen_s: float = 5.0
    """No new information from a camera whose pictures always carry noise; [C]."""
    frozen_quiet_s: float = 60.0
    """The same from a camera whose encoder repeats a still room bit by bit, or whose ways are not known yet; [M]:
    H.264 of a still room repeats itself from one key picture to the next, and these are seldom more than 10 s apart.
    With a minute or more between them, a still room would be called frozen wrongly."""
    frozen_spells: float = 3.0
    """How often longer than the longest spell it has come back from may a noisy camera be still; [C]."""
    frozen_spell_max_s: float = 30.0
    """What such spells may lengthen `frozen_s` to at most, so that one that often freezes is still said to; [C]."""
    frozen_leave_s: float = 2.0
    """How long it must have gone on before it is believed; [C]: longer than one picture of a slow slide show counts."""
    still_window_s: float = 1.0
    """What changed within this time counts as alive: repeated pictures of a doubled frame rate are no freeze; [C]."""
    still_share: float = 0.005
    """Share of the inner cells that may change in a still picture; [C]: a person far away fills three times that."""
    clock_band: float = 0.15
    """Of the height, above and below, where cameras write the time of day: what changes there proves no life; [C]."""
    noisy_share: float = 0.5
    """Share of the cells that change within `still_window_s`, on average, from which a camera counts as noisy; [M]:
    .9 and more from sensors in rooms, .1 to .4 through strong encoders."""
    noisy_tau_s: float = 60.0
    """Time constant of that average; [C]."""
    spell_tau_s: float = 3600.0
    """Over which a long spell is forgotten; [C]."""

    dark_level: float = 16.0
    """Mean grey of a cell in which nobody could be made out; [C]: half a percent of the sensor's range in sRGB."""
    dark_share: float = 0.9
    """Of the cells; [C]: a lamp's dial, a gap below the door may be brighter."""
    dark_s: float = 2.0
    """[C]"""
    bright_level: float = 248.0
    """Mean grey from which a cell is blown out; [C]."""
    bright_share: float = 0.6
    """Of the cells; [C]: a window in a third of the picture is nobody's fault."""
    bright_s: float = 3.0
    """[C]: a camera that finds its exposure after a light was switched on takes 1 to 2 s."""
    covered_share: float = 0.05
    """Share of cells with structure below which nothing is in view; [M]: rooms have .3 and more."""
    covered_of_usual: float = 0.2
    """The same against what this camera usually sees: a cloth that leaves a rim free; [M]."""
    covered_s: float = 2.0
    """[C]"""
    structure: float = 0.03
    """How far a cell must differ from its neighbours, as a share of the picture's median grey; [M]."""
    seen_leave_s: float = 1.0
    """How long dark, over-exposed and covered must be gone; [C]."""

    settle_s: float = 5.0
    """After a switch between day and infra-red, in which exposure hunts and nothing is judged; [C]."""
    grey_below: float = 6.0
    """Spread between the colours, grey levels, below which the camera works in infra-red; [C]: 20 and more in colour
    [M], 0 to 3 from an encoder's rounding."""
    colour_above: float = 10.0
    """From which it works in colour; between the two it stays what it was."""

    learn_s: float = 20.0
    """Of good pictures before anything is said against what was learnt; [C]."""
    learn_tau_s: float = 3600.0
    """Over which the learnt follows the room (daylight, furniture); [C]."""
    known_edges: int = 6
    """Cells with a learnt edge from which a tile is judged; [C]."""
    known_tiles: int = 4
    """Tiles with edges from which the whole is judged: one person hides fewer; [C]."""
    tiles_share: float = 0.6
    """Of those judged that must agree: a camera's fault is everywhere, a person or a curtain somewhere; [M]."""
    soft: float = 0.55
    """Steepness of edges against the usual, below which they are blurred; [M]: above .6 through gain, gamma, noise and
    coarse coding, below .5 from a blur of 0.4 % of the picture's width where noise does not hide it."""
    blurred_s: float = 10.0
    """[C]"""
    aligned: float = 0.6
    """How far the edges' directions agree with the learnt ones below which a tile shows something else; [M]."""
    moved_s: float = 10.0
    """[C]"""
    learnt_leave_s: float = 5.0
    """How long blurred and moved must be gone; [C]."""
