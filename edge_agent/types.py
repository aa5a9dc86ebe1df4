"""The values that flow through the agent, in the order of the flow.

Time is in seconds of the source's own clock, picture positions in pixels (x right, y down), lengths in metres or
torso lengths (mid-shoulder to mid-hip), angles in degrees. Unknown is None, never 0. Everything is frozen; arrays are
never written to after they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Image: TypeAlias = NDArray[np.uint8]
Point: TypeAlias = tuple[float, float]


# --- what the camera and the pose models say ------------------------------------------------------------------


class Layout(StrEnum):
    """Order and meaning of the keypoints of a pose."""

    COCO17 = "coco17"
    BLAZEPOSE33 = "blazepose33"


KEYPOINTS: Mapping[Layout, tuple[str, ...]] = {
    Layout.COCO17: (
        "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
        "right_ankle",
    ),
    Layout.BLAZEPOSE33: (
        "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
        "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
        "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        "left_heel", "right_heel", "left_foot_index", "right_foot_index",
    ),
}  # fmt: skip
"""The name of each keypoint of a layout, in order; left and right are the person's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture. It lives until its poses are known and is never stored, sent or logged."""

    camera: str
    t: float
    image: Image = field(repr=False)
    """(H, W, 3) blue, green, red. Not in the repr: an error or log line that names a frame shows none of it."""


@dataclass(frozen=True, slots=True)
class View:
    """How a camera looks into its room; None where nobody has measured it."""

    tilt_deg: float | None = None
    """Down positive."""
    roll_deg: float | None = None
    """Of the camera about its viewing axis, clockwise positive seen from behind it: the picture's content turns the
    other way."""
    height_m: float | None = None
    intrinsics: tuple[float, float, float, float] | None = None
    """fx, fy, cx, cy in px of the analysed picture."""
    distortion: tuple[float, float, float, float, float] | None = None
    """k1, k2, p1, p2, k3 of the lens; goes with intrinsics."""
    estimated: bool = False
    """Whether any of it was worked out from the people in view: surer than nothing, but no measurement."""


class ZoneKind(StrEnum):
    """What a marked part of the picture is."""

    BED = "bed"
    SOFA = "sofa"
    CHAIR = "chair"
    FLOOR = "floor"
    DOOR = "door"
    BATHROOM = "bathroom"


@dataclass(frozen=True, slots=True)
class Zone:
    """A marked part of the picture, or of the floor."""

    name: str
    kind: ZoneKind
    polygon: tuple[Point, ...]
    """Corners as fractions 0-1 of the picture's width and height: where the hips of whoever is there are seen."""
    subject: str | None = None
    """Whose place it is, where it is one person's."""
    floor: tuple[Point, ...] = ()
    """Corners on the floor where it was marked there, metres: right and away of the point below the camera."""
    footprint: tuple[Point, ...] = ()
    """Of such a zone, where feet that stand in it are seen; fractions of the picture."""


@dataclass(frozen=True, slots=True)
class Care:
    """What the care plan asks to be watched in a room. Nothing of it is watched unless somebody asked."""

    bed_exit: bool = False
    """By night: somebody who rested in a bed has left it."""
    chair_exit: bool = False
    """At any hour: somebody who sat in a marked chair or sofa has risen from it."""
    absence_s: float | None = None
    """By night: somebody left, and nobody has been in view for so long."""
    inactivity_s: float | None = None
    """By day, in a single room: the resident is there and has not been on their feet for so long."""
    wandering_s: float | None = None
    """By night: somebody has been walking to and fro, around or without an aim for so long."""
    wandering_by_day: bool = False
    """The same at any hour."""
    night: tuple[float, float] = (79_200.0, 21_600.0)
    """From when to when it is night, seconds after midnight of the place; 22:00 to 6:00."""


class Sensitivity(StrEnum):
    """How readily a finding is said."""

    OFF = "off"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Alertness:
    """How readily findings are said of a room, or of one resident: a field for each `Kind` but a camera's own."""

    fall: Sensitivity = Sensitivity.NORMAL
    slump: Sensitivity = Sensitivity.NORMAL
    lateral_lean: Sensitivity = Sensitivity.NORMAL
    forward_head: Sensitivity = Sensitivity.NORMAL
    prolonged_sitting: Sensitivity = Sensitivity.NORMAL
    immobility: Sensitivity = Sensitivity.NORMAL
    bed_exit: Sensitivity = Sensitivity.NORMAL
    chair_exit: Sensitivity = Sensitivity.NORMAL
    absence: Sensitivity = Sensitivity.NORMAL
    wandering: Sensitivity = Sensitivity.NORMAL
    unusual_inactivity: Sensitivity = Sensitivity.NORMAL


@dataclass(frozen=True, slots=True)
class Camera:
    """What the configuration says of one camera and its room."""

    id: str
    room: str
    view: View = View()
    zones: tuple[Zone, ...] = ()
    subject: str | None = None
    """The only resident of a single room."""
    shared_room: bool = False
    """More than one resident lives here: another person never softens a fall."""
    care: Care = Care()
    alertness: Alertness = Alertness()
    of_subjects: tuple[tuple[str, Alertness], ...] = ()
    """Residents for whom it differs from the room's."""

    def alertness_to(self, subject: str | None) -> Alertness:
        """How readily findings are said of somebody; the room's where nobody knows who it is."""
        return next((own for name, own in self.of_subjects if name == subject), self.alertness)

    @property
    def falls_off(self) -> bool:
        """Whether there is somebody of whom no fall is said."""
        everybody = (self.alertness, *(own for _, own in self.of_subjects))
        return any(each.fall is Sensitivity.OFF for each in everybody)


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """The landmarks of one body in one picture."""

    keypoints: Array = field(repr=False)
    """(K, 3): x px, y px, score 0-1 (that the joint is visible where it is said to be). Not in the repr, either."""
    layout: Layout
    score: float
    """0-1: that there is a person with these landmarks."""
    world: Array | None = field(default=None, repr=False)
    """(K, 3) metres from the mid-hip in camera axes: x right, y down, z away from the camera."""
    person: int | None = None
    """Identity given by a recording; cameras never give one."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What the detector alone says of a body: all there is where the landmarks fail (lying, foreshortened)."""

    hip: Point
    """Mid-hip, px."""
    top: Point
    """The point beyond the head on the circle around the body, px: hip -> top is the body's axis."""
    score: float

    @property
    def radius(self) -> float:
        """Of the circle around the whole body, px."""
        return float(np.hypot(self.top[0] - self.hip[0], self.top[1] - self.hip[1]))


@dataclass(frozen=True, slots=True)
class PictureQuality:
    """Whether the picture can be believed, or whether there is one at all."""

    usable: bool = True
    reasons: tuple[str, ...] = ()
    """Why not, or not wholly, the most important first: `paused`, `no_pictures`, `frozen`, `dark`, `moved`, ..."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """Everything the pure part learns of one instant of one camera."""

    camera: str
    t: float
    size: tuple[int, int]
    """Width, height in px."""
    poses: tuple[Pose, ...] = ()
    detections: tuple[Detection, ...] = ()
    """Bodies the detector saw for which no landmarks were found."""
    quality: PictureQuality = PictureQuality()
    hidden: tuple[tuple[Point, ...], ...] = ()
    """Polygons, in fractions 0-1 of the picture's width and height, in which nobody can be seen: masked places."""
    day_s: float | None = None
    """Seconds after midnight at the place; None where the time of day is not known."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the picture where a body is to be looked for again."""

    centre: Point
    size: float
    """Side of the square, px."""
    angle_deg: float
    """Of the body's axis, hip to head: 0 is up in the picture, clockwise positive."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What the pipeline asks of the pose stage for the next picture."""

    fps: float
    redetect: bool = False
    """Run the detector on the next picture, whatever its cadence."""
    retries: tuple[Region, ...] = ()
    """Where a tracked body was lost: landmarks are tried there, turned several ways."""


# --- who is where -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """An anonymous person followed from picture to picture; the number ends when the person leaves."""

    id: int
    t: float
    since: float
    """When the track was begun."""
    seen_at: float
    """When a pose or a detection was last given to it; before `t` while it is lost from sight."""
    hip: Point
    """Smoothed mid-hip, px; coasts no further once lost."""
    torso_px: float
    """The body's scale here: smoothed torso length as it would be seen upright and unforeshortened, px."""
    pose: Pose | None = None
    """This instant's pose, smoothed; None when only detected, or lost."""
    measured: Array | None = field(default=None, repr=False)
    """(K, 3) the keypoints of the pose as they were given, for what is quicker than the smoothing."""
    measured_world: Array | None = field(default=None, repr=False)
    """(K, 3) its world landmarks as they were given, likewise."""
    detection: Detection | None = None
    """This instant's detection when there is no pose."""
    confirmed: bool = False
    """Seen long enough not to be a ghost; others neither raise events nor count as people."""
    left_by_edge: bool = False
    """Lost while moving out over the picture's edge, or into a hidden part, upright: left rather than vanished."""
    ambiguous: bool = False
    """Crossing or overlapping another: whose minutes these are is doubtful."""

    @property
    def lost(self) -> bool:
        """Whether nothing was given to the track at this instant."""
        return self.seen_at < self.t


@dataclass(frozen=True, slots=True)
class Metric:
    """A measured number, or why there is none."""

    value: float | None
    why_not: str | None = None
    """E.g. `view_insufficient`, `joint_unseen`, `too_small`, `lost`, `no_gravity`, `warming_up`."""

    @classmethod
    def unknown(cls, why_not: str) -> Metric:
        """A metric without a value, and the reason."""
        return cls(None, why_not)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a body is over the floor, metres from the point below the camera."""

    right: float
    """As the camera looks."""
    away: float
    by_floor: bool
    """Told by the feet on the known floor, now or before; else by the body's size in the picture alone, a torso being
    taken for 0.5 m."""


@dataclass(frozen=True, slots=True)
class Kinematics:
    """How a tracked body is held and moves at one instant. One per track, lost ones included."""

    track: int
    t: float
    scale_m_per_px: Metric
    trunk_inclination_deg: Metric
    """Hip -> shoulders against the vertical: 0 upright, 90 horizontal, to 180; from the detector's axis if need be."""
    trunk_forward_deg: Metric
    """In the side plane, forward positive; valid only within 30 degrees of a side view (domain.md, Posture)."""
    trunk_lateral_deg: Metric
    """In the frontal plane, to the person's right positive; valid only within 30 degrees of a frontal view."""
    neck_forward_deg: Metric
    """Ear-shoulder line against the trunk in the side plane, forward positive: a proxy."""
    shoulder_tilt_deg: Metric
    """Right shoulder lower is positive; frontal view."""
    hip_tilt_deg: Metric
    """Right hip lower is positive; frontal view."""
    yaw_deg: Metric
    """How far the body is turned from facing the camera, 0-180."""
    hip_flexion_deg: Metric
    """Shoulder-hip-knee: 180 straight."""
    knee_flexion_deg: Metric
    """Hip-knee-ankle, the straighter leg: 180 straight."""
    thigh_inclination_deg: Metric
    """Hip -> knee against straight down: 0 standing, 90 sitting; the mean of the legs seen."""
    hip_height: Metric
    """Of the hip above the lowest support seen (feet, or the floor), along gravity, torso lengths."""
    head_height: Metric
    """Of the head above the same, torso lengths."""
    hip_drop: Metric
    """Descent of the hip below its level of the last seconds (the highest of `drop_window_s`), torso lengths."""
    head_drop: Metric
    """The same of the head."""
    fall_speed: Metric
    """Greatest downward speed of the hip within the same window, torso lengths per second."""
    speed_mps: Metric
    """Of the body over the floor."""
    leg_motion: Metric
    """Root mean square speed of the knees and ankles relative to the hips, torso lengths per second."""
    arm_motion: Metric
    """The same of elbows and wrists relative to the shoulders."""
    stepping: Metric
    """Root mean square speed of what knees and ankles do in turn in the last seconds, torso lengths per second."""
    stepping_spm: Metric
    """How often, steps per minute; unknown where it does not come back."""
    heave: Metric
    """Root mean square vertical speed of shoulders and hips together in the last second, torso lengths per second."""
    sway: Metric
    """From the hips' lowest to their highest level in the last second, torso lengths."""
    cadence_spm: Metric
    """Steps per minute, from the alternation of the legs."""
    thigh_shown: Metric = Metric(None, "joint_unseen")
    """Length of the thigh by that of the shank in the picture, of the leg where that is more. Of flat bodies alone."""
    overhang: Metric = Metric(None, "joint_unseen")
    """How far the body's middle is beside its feet in the picture, across gravity, torso lengths. Of flat bodies
    alone."""
    weight_shift: Metric = Metric(None, "joint_unseen")
    """How quickly legs and trunk move together at one stride, torso lengths per second: the geometric mean of what the
    knees and ankles do in turn and of how shoulders and hips sway and the hips tilt. Of flat bodies alone."""
    ascent: Metric = Metric(None, "joint_unseen")
    """How far hips and shoulders have come up together in the last seconds, over feet that stayed, from a level that
    they had kept; torso lengths."""
    lift: Metric = Metric(None, "joint_unseen")
    """How far the hips are above their lowest level of the last seconds, as seen; torso lengths."""
    steps: int = 0
    """Steps completed since the instant before."""
    mean_score: float = 0.0
    """Of the keypoints used."""
    joint_angles: tuple[float | None, ...] = ()
    """The posture vector's angles at this instant, degrees, in the order of `kinematics.vector.EDGES`."""
    trunk: tuple[float, float, float] | None = None
    """Hips to shoulders, a unit vector: x right, y down along gravity, z away from the camera; None where unseen.
    Against an earlier one it tells how far the trunk has turned even where the camera's tilt is wrong."""
    place: Place | None = None
    """None where nothing was seen, or too little."""
    down: tuple[float, float, float] | None = None
    """Along gravity, a unit vector in camera axes, as measured or assumed."""
    down_measured: bool = True
    """Whether the camera's tilt was measured, or only assumed."""
    plumb: Point | None = None
    """The way a plumb line hangs where the body is seen, a unit vector in the picture."""

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by its name."""
        return {name: value for name in self.__slots__ if isinstance(value := getattr(self, name), Metric)}


# --- what it means ----------------------------------------------------------------------------------------------


class PostureKind(StrEnum):
    """How a person is."""

    LYING = "lying"
    SITTING = "sitting"
    STANDING = "standing"
    WALKING = "walking"
    OTHER = "other"
    UNKNOWN = "unknown"


ON_FEET = frozenset({PostureKind.STANDING, PostureKind.WALKING})
RESTING = frozenset({PostureKind.SITTING, PostureKind.LYING})


class SeatedKind(StrEnum):
    """How somebody sits."""

    UPRIGHT = "upright"
    SLOUCHING = "slouching"
    """Sunk together or hanging forward."""
    RECLINING = "reclining"
    """Leaning back."""
    CROSSED_LEGS = "crossed_legs"
    """One leg over the other, however the trunk is held."""


class Intensity(StrEnum):
    """WHO's and the Compendium's classes; health totals use these alone."""

    SEDENTARY = "sedentary"
    LIGHT = "light"
    MODERATE = "moderate"
    VIGOROUS = "vigorous"


class Level(StrEnum):
    """The paper's three words."""

    SEDENTARY = "sedentary"
    MODERATE = "moderate"
    VIGOROUS = "vigorous"


class Relation(StrEnum):
    """How a measured value stands to its limit."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "="


Value: TypeAlias = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One measured fact behind a verdict."""

    feature: str
    """A key of the explanation texts, e.g. `trunk_inclination`, `on_floor_for`."""
    value: Value
    unit: str
    """`deg`, `s`, `torso`, `torso/s`, `m/s`, `MET`, `spm`, `1` for numbers without, `` for words."""
    relation: Relation
    limit: Value


@dataclass(frozen=True, slots=True)
class Rejected:
    """A verdict that was considered and ruled out."""

    alternative: str
    """E.g. `lying_in_bed`, `sitting_down`, `bending`, `crouching`, `left_the_view`."""
    because: Reason


@dataclass(frozen=True, slots=True)
class Seated:
    """How one sitting person sits, steadied over time."""

    kind: SeatedKind
    since: float
    confidence: float
    reasons: tuple[Reason, ...] = ()
    """What told most at the last instant; the limits are what is usual of people who sit upright."""


@dataclass(frozen=True, slots=True)
class Posture:
    """How one tracked person is held, steadied over time."""

    track: int
    kind: PostureKind
    since: float
    confidence: float
    reasons: tuple[Reason, ...] = ()
    zone: str | None = None
    """The configured zone the body is in."""
    trend: Mapping[str, Metric] = field(default_factory=dict)
    """Medians over the anomaly window by metric name (`trunk_lateral_deg`, `neck_forward_deg`, ...)."""
    kept_since: float | None = None
    """Since when the body has neither turned over nor moved its limbs to another arrangement, compared in 3D whatever
    the view; None where nobody saw it in 3D."""
    seated: Seated | None = None
    """How somebody sits; None of anybody else, and where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How hard one tracked person works."""

    track: int
    met: Metric
    intensity: Intensity | None
    level: Level | None
    confidence: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """All that is known of one tracked person at one instant."""

    track: Track
    kinematics: Kinematics
    posture: Posture
    activity: Activity
    subject: str | None = None
    """Opaque slot of the configuration."""


# --- what is said -----------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What an incident is about."""

    FALL = "fall"
    SLUMP = "slump"
    LATERAL_LEAN = "lateral_lean"
    FORWARD_HEAD = "forward_head"
    PROLONGED_SITTING = "prolonged_sitting"
    IMMOBILITY = "immobility"
    BED_EXIT = "bed_exit"
    CHAIR_EXIT = "chair_exit"
    ABSENCE = "absence"
    WANDERING = "wandering"
    UNUSUAL_INACTIVITY = "unusual_inactivity"
    CAMERA_BLIND = "camera_blind"


class Phase(StrEnum):
    """Where an incident is in its life."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    ESCALATED = "escalated"
    UPDATED = "updated"
    CLEARED = "cleared"


class Severity(StrEnum):
    """How urgently somebody should look."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class DataQuality:
    """How far the data behind a verdict can be trusted."""

    coverage: float
    """Share 0-1 of the time looked at in which the person was seen."""
    mean_score: float | None
    """Mean keypoint score of that time."""
    view: str
    """`frontal`, `side`, `oblique` or `unknown`."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One phase of something a person should know of."""

    id: str
    """Stays the same through all phases; unique for camera and boot."""
    kind: Kind
    phase: Phase
    severity: Severity
    camera: str
    track: int | None
    t: float
    """When this phase was reached."""
    onset: float
    """When it began, as far as could be seen."""
    reasons: tuple[Reason, ...]
    rejected: tuple[Rejected, ...]
    confidence: float
    quality: DataQuality
    subject: str | None = None
    seen_at: float | None = None
    """When the person was last seen, where that is before `t`."""
    check_required: bool = False
    """A human must look and close it: after `cleared`, or when it ended while nobody could be told."""
    another_person: bool = False
    """Somebody came after the fall and is beside the person."""


@dataclass(frozen=True, slots=True)
class PersonMinute:
    """One person's share of a minute; seconds unless said otherwise."""

    track: int
    subject: str | None
    attributable_s: float
    """Seen alone and without doubt whose it is; all below is of this time only."""
    intensity_s: Mapping[str, float]
    """By `Intensity`; may sum to less than attributable_s, the rest is unknown."""
    level_s: Mapping[str, float]
    """By `Level`."""
    posture_s: Mapping[str, float]
    """By `PostureKind`."""
    met: float | None
    """Time-weighted mean of what is known."""
    steps: int
    cadence_spm: float | None
    """Median while walking."""
    sit_to_stands: int
    angles: Mapping[str, AngleSummary]
    """By metric name; absent where no instant was valid."""
    vector: tuple[JointAngle, ...]
    """The posture vector: 16 entries in the fixed order, or none where no 3D landmarks were seen."""
    reasons: tuple[Reason, ...]
    confidence: float
    quality: DataQuality
    seated_s: Mapping[str, float] = field(default_factory=dict)
    """By `SeatedKind`; may sum to less than the seconds of sitting, the rest cannot be told."""


@dataclass(frozen=True, slots=True)
class AngleSummary:
    """A median and how many seconds of valid data stand behind it."""

    median_deg: float
    valid_s: float


@dataclass(frozen=True, slots=True)
class JointAngle:
    """One entry of the posture vector."""

    median_deg: float | None
    spread_deg: float | None
    """Interquartile range."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What a camera saw in one minute; the last may be shorter, and one in which nothing came at all be many long."""

    camera: str
    start: float
    t: float
    observed_s: float
    """Time in which usable pictures were analysed."""
    occupied_s: float
    """Time with at least one person in view."""
    people: int
    """The most seen at once."""
    persons: tuple[PersonMinute, ...]
    lost_s: Mapping[str, float] = field(default_factory=dict)
    """Time not observed, by the reason: with `observed_s` it makes up the whole minute."""


@dataclass(frozen=True, slots=True)
class PersonState:
    """One person in the retained `state`."""

    track: int
    subject: str | None
    posture: PostureKind
    level: Level | None
    zone: str | None
    since: float
    """When this posture was taken."""
    seen_at: float


@dataclass(frozen=True, slots=True)
class State:
    """Who is where now; sent when it changes."""

    camera: str
    t: float
    people: tuple[PersonState, ...]
    open_incidents: tuple[Incident, ...]
    """The last phase of each that is not over."""


Event: TypeAlias = Incident | Minute | State
