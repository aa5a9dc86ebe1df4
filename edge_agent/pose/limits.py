"""Thresholds of the pose stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoseLimits:
    """What counts as a body, and how often it is looked for."""

    detection_score: float = 0.45
    """From here the detector saw a body. Source: of 45 that float found, int8 missed 7 at .5 and none at .45."""
    support_score: float = 0.2
    """From here the detector bears out landmarks when it looks into their own square. Source: of rendered people in
    infra-red it sees 13 of 100 in the whole picture and 40 in their own square from .45 on, 80 from .2 on; of 2,400
    squares of empty rooms 4 kept landmarks for 8 pictures, of which .45 bears out 1 and .2 3."""
    landmark_flag: float = 0.5
    """From here the landmarks are of a person. Source: the value MediaPipe ships with."""
    redetect_s: float = 0.5
    """Between two runs of the detector while everybody known is followed by landmarks. [C]"""
    remember_s: float = 0.5
    """How long landmarks are tried again at the place where they were lost, unasked. [C]"""
    unsupported_s: float = 5.0
    """How long landmarks are believed while the detector sees no body there, neither in the picture nor in the body's
    own square: bare floor and furniture answer with a flag above .5 in 3 of 100 squares. [C]: on the recordings of
    falls the detector never missed a real body for more than 1.5 s."""
    retry_score: float = 0.6
    """From here the detector saw a body in a turned square it was asked to look into. Source: of 564 squares with
    nobody in them .9 % got a pose at .45 and none at .6; of 142 lying bodies .94 and .85 were found."""
    retry_looks: int = 2
    """Turned squares the detector looks into on one picture for `Demand.retries`: bounds that picture's delay."""
    tile_share: float = 0.4
    """Of a tile's side to the picture's longer side. Bodies up to half of that, a fifth of the picture, lie wholly in
    one: of rendered people that large the detector finds 86 % in the whole picture, of those half as large 5 %."""
    tile_s: float = 0.25
    """Between two tiles, and only on searched pictures: bounds what an empty room costs; infinite: none. [C]"""
    tile_score: float = 0.5
    """From here the detector saw a body in a tile; then it must see it in the body's own square too, from
    `detection_score` on. Source: in 222 rendered pictures 39 bodies (tiles of .5) were away from everybody without that
    second look and none with it, which costs 5 of the 210 people found."""
    grey_tile_score: float = 0.2
    """The same in a picture without colours, where `support_score` is enough for the second look: of rendered people
    in infra-red a tile began 2 of 100 a look, and 7 so; of empty pictures .8 and 1.5 of 100, a coat on a chair."""
    grey_below: float = 6.0
    """Spread between the colours, grey levels, below which a picture has none: as the picture stage has it."""
    tile_flag: float = 0.8
    """From here the landmarks begin a body in a tile; it stays from `landmark_flag` on. Of 86 rendered people twice as
    far (tiles of .5, second look from .6 on) none is lost; a fan on a wall, upside down, had .5."""
    hip_apart: float = 0.35
    """Detector and landmarks agree when their hips are closer, in radii of the smaller body. [C]"""
    angle_apart_deg: float = 45.0
    """Landmarks are looked for again when the detector's axis differs by more. [C]"""
    opposed_deg: float = 120.0
    """From here two axes are the other way up. The detector gets small standing bodies upside down now and then, and
    the landmarks follow it with a flag above .9; asked again in the body's own square it does not. [C]"""
    size_ratio: float = 1.6
    """The same for the size. [C]"""
    beside: float = 0.5
    """A detection whose hip is closer to that of a pose, in radii of the larger, is no body of its own. [C]"""
    same_body: float = 0.5
    """Two poses are one body when this share of the smaller one's joints lies on the larger. Source: second answers for
    one fallen body had .46 and more (50 of 52 pairs), no two people in group photographs and clips above .3."""
    same_hip: float = 0.45
    """They also are when their hips are closer, in radii of the smaller: two answers for one lying or folded body are
    up to .46 apart, two people in group photographs .99 and more."""
    fresh_gain: float = 1.1
    """How much better a second answer for a body must be than the one carried there, so that it does not hop. [C]"""

    def far_scores(self, *, grey: bool) -> tuple[float, float]:
        """From where the detector saw a body in a tile, and then in the body's own square."""
        return (self.grey_tile_score, self.support_score) if grey else (self.tile_score, self.detection_score)
