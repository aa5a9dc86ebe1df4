"""Top-down estimation: a detector at its cadence, and landmarks in the rotated square around each body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from edge_agent.pose import anchors, crops, detector, people, roi, tiles
from edge_agent.pose.landmarks import Look
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.people import Body
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Array, Demand, Detection, Frame, Image, Layout, Observation, Region

_OVERDUE = 0.2
"""Share of `unsupported_s` after which a body the detector misses in the picture is looked at closely."""


class Network(Protocol):
    """A model with one input and outputs known by their shapes; `interpreter.Model` is one."""

    def input(self) -> Array:
        """The input tensor, (height, width, 3), to be written to; valid until `invoke`."""
        ...

    def invoke(self) -> None:
        """Run."""
        ...

    def output(self, *shape: int) -> Array:
        """The output of this shape; valid until `invoke`."""
        ...


class Landmarker(Protocol):
    """Finds the joints of the one body in a square."""

    @property
    def layout(self) -> Layout:
        """Of every pose it gives."""
        ...

    def look(self, image4: Image, region: Region) -> Look:
        """The body in the square `region` of a picture, (H, W, 4) red green blue *, and the square to look at next."""
        ...


class TopDown:
    """A `PoseEstimator`. One thread at a time; cameras share the models and nothing else.

    `Observation.detections` are of this very picture: see `people.State.bare` for when the detector runs.
    """

    def __init__(
        self,
        detector_network: Network,
        landmarker: Landmarker,
        limits: PoseLimits | None = None,
        stopwatch: Stopwatch = UNMEASURED,
    ) -> None:
        """Take BlazePose's detector and any landmarker; stages measured are pose.pre, detect.invoke and pose.post."""
        self._detector = detector_network
        self._landmarker = landmarker
        self._limits = limits or PoseLimits()
        self._stopwatch = stopwatch
        self._whole = crops.Cropper(anchors.INPUT_SIDE, -1.0, 1.0)
        self._image4: Image | None = None
        self._states: dict[str, people.State] = {}

    @property
    def layout(self) -> Layout:
        """Of every pose it gives."""
        return self._landmarker.layout

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        """Find the bodies in one picture; a picture not later than the one before starts its camera afresh."""
        limits, t = self._limits, frame.t
        state = self._states.get(frame.camera, people.State())
        if t <= state.t:
            state = people.State()
        with self._stopwatch.measure("pose.pre"):
            image = self._image4 = crops.four_channels(frame.image, self._image4)
            size = (image.shape[1], image.shape[0])

        expected = people.expected(limits, state, t)
        answers = [(old, self._landmarker.look(image, old.region)) for old in expected]
        bodies = [Body(look, old.supported_at) for old, look in answers if self._credible(look)]
        missed = [old for old, look in answers if not self._credible(look)]

        searching = people.search_due(limits, state, t, asked=demand.redetect, lost=bool(missed))
        detections = self._detect(frame.image) if searching or state.bare else ()
        if detections or searching:
            bodies = [self._checked(image, body, detections, t) for body in bodies]
            detections = self._the_right_way_up(image, bodies, detections, t)
        if searching:
            unsettled = [body for body in detections if not people.settled(limits, body, bodies)]
            bodies += [Body(look, t) for look in self._begun(image, unsettled, unsettled, limits.detection_score)]
        tiled = searching and tiles.due(limits, state.tiled_at, t)
        if tiled:
            bodies += [Body(look, t) for look in self._begun_far(image, size, state.tile, bodies)]
        turned = people.retries(limits, state, demand, bodies)
        for region in turned:
            seen = self._seen(image, region, limits.retry_score)
            bodies += [Body(look, t) for look in self._begun(image, seen, seen, limits.detection_score)]

        with self._stopwatch.measure("pose.post"):
            found = people.believed(limits, bodies, t)
        bare = self._bare(image, detections, found)
        self._states[frame.camera] = people.State(
            t=t,
            searched_at=t if searching else state.searched_at,
            followed=people.followed(limits, found, missed, t),
            bare=bool(bare),
            turn=state.turn + len(turned),
            tiled_at=t if tiled else state.tiled_at,
            tile=state.tile + tiled,
        )
        return Observation(frame.camera, t, size, tuple(body.look.pose for body in found), bare)

    def close(self) -> None:
        """Forget every camera; the models go with this object."""
        self._states.clear()
        self._image4 = None

    def _credible(self, look: Look) -> bool:
        return look.pose.score >= self._limits.landmark_flag

    def _begun_far(self, image: Image, size: tuple[int, int], turn: int, bodies: Sequence[Body]) -> list[Look]:
        """New bodies in the tile whose turn it is, where nobody is yet.

        A tile shows parts of who is near and much that is nobody as large as bodies are, so that each has to be seen in
        its own square as well, and surely, and not upside down; and no circle around a body is larger than the tile.
        """
        limits = self._limits
        tile = tiles.tile(limits, size, turn)
        in_tile, in_square = limits.far_scores(grey=crops.colourless(image, limits.grey_below))
        seen = self._seen(image, tile, in_tile)
        upright = [self._closer(image, each) if people.upside_down(limits, each) else each for each in seen]
        unsettled = [each for each in upright if not people.settled(limits, each, bodies)]
        begun = self._begun(image, unsettled, (), in_square)
        sure = (
            look for look in begun if look.pose.score >= limits.tile_flag and look.region.size <= roi.SCALE * tile.size
        )
        return [look for look in sure if abs(look.region.angle_deg) <= limits.opposed_deg]

    def _begun(
        self, image: Image, detections: Iterable[Detection], witnesses: Sequence[Detection], score: float
    ) -> list[Look]:
        """New bodies where the detector saw some: looked at twice, the second time where the first says.

        Among several people the second look may slip to somebody else; then the first counts. What no witness bears out
        is looked at closely, and must be seen there from `score` on.
        """

        def borne_out(look: Look) -> bool:
            return self._credible(look) and self._supported(image, look, witnesses, score)

        firsts = (self._landmarker.look(image, roi.from_detection(detection)) for detection in detections)
        twice = ((first, self._landmarker.look(image, first.region)) for first in firsts)
        chosen = (next(filter(borne_out, (second, first)), None) for first, second in twice if self._credible(second))
        return [look for look in chosen if look is not None]

    def _checked(self, image: Image, body: Body, detections: Sequence[Detection], t: float) -> Body:
        """The body with what the detector says of it now; asked again closely when it contradicts or is long silent."""
        doubted = t - body.supported_at > _OVERDUE * self._limits.unsupported_s
        doubted = doubted or bool(people.opposed(self._limits, body.look, detections))
        if people.supported(self._limits, body.look, detections):
            return Body(body.look, t)
        if doubted and self._supported(image, body.look, (), self._limits.support_score):
            return Body(body.look, t)
        return body

    def _the_right_way_up(
        self, image: Image, bodies: Sequence[Body], detections: Sequence[Detection], t: float
    ) -> tuple[Detection, ...]:
        """The detections without those a closer look at the body has refuted; one upside down is looked at closely."""
        limits = self._limits
        refuted = [
            wrong
            for body in bodies
            if body.supported_at == t
            for wrong in people.opposed(limits, body.look, detections)
        ]
        kept = [detection for detection in detections if detection not in refuted]
        return tuple(self._closer(image, each) if people.upside_down(limits, each) else each for each in kept)

    def _closer(self, image: Image, detection: Detection) -> Detection:
        """The same body as the detector sees it in its own square, where it is larger; itself if not seen there."""
        square = roi.from_detection(detection)
        seen = self._seen(image, square, self._limits.detection_score)
        same = (each for each in seen if people.near(self._limits, square, roi.from_detection(each)))
        return max(same, key=lambda each: each.score, default=detection)

    def _bare(self, image: Image, detections: Sequence[Detection], found: Sequence[Body]) -> tuple[Detection, ...]:
        """The detected bodies nobody's landmarks were found for."""
        limits = self._limits
        unseen = [body for body in found if not people.supported(limits, body.look, detections)]
        bare = people.without_landmarks(limits, detections, found)
        return tuple(each for each in bare if not self._somebody_else(image, each, unseen))

    def _somebody_else(self, image: Image, detection: Detection, unseen: Sequence[Body]) -> bool:
        """Whether a detection over somebody whose landmarks it misses is them alone when looked at closely.

        The whole picture shows a small body so coarsely that it may be seen lying, its hips a body's length off. Who is
        `unseen` has landmarks and no detection at the same place: of two people there are two.
        """
        if not people.within(detection, unseen):
            return False
        seen = self._seen(image, roi.from_detection(detection), self._limits.detection_score)
        return bool(seen) and not people.without_landmarks(self._limits, seen, unseen)

    def _supported(self, image: Image, look: Look, detections: Iterable[Detection], score: float) -> bool:
        """Whether the detector sees the body: in the picture, else upright in its own square from `score` on."""
        return people.supported(self._limits, look, detections) or people.supported(
            self._limits, look, self._seen(image, look.region, score)
        )

    def _detect(self, image: Image) -> tuple[Detection, ...]:
        """Bodies in the whole picture."""
        with self._stopwatch.measure("pose.pre"):
            box = self._whole.letterbox(image, self._detector.input())
        return tuple(box.detection(body) for body in self._bodies(self._limits.detection_score))

    def _seen(self, image: Image, region: Region, score: float) -> tuple[Detection, ...]:
        """Bodies in a turned square: larger there, and upright if the square is turned as they lie."""
        with self._stopwatch.measure("pose.pre"):
            self._whole.crop(image, region, self._detector.input())
        return tuple(roi.detection(region, body, anchors.INPUT_SIDE) for body in self._bodies(score))

    def _bodies(self, score: float) -> tuple[Detection, ...]:
        """Bodies in the detector's input, px there."""
        network = self._detector
        with self._stopwatch.measure("detect.invoke"):
            network.invoke()
        with self._stopwatch.measure("pose.post"):
            return detector.decode(network.output(anchors.COUNT, 12), network.output(anchors.COUNT, 1)[:, 0], score)
