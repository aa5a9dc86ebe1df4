"""The door every picture of a camera goes through first."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2

from edge_agent.errors import UserError
from edge_agent.privacy import mosaic, places
from edge_agent.privacy.detector import FaceDetector
from edge_agent.privacy.heads import Head, heads
from edge_agent.privacy.masks import Blackout
from edge_agent.privacy.places import Place
from edge_agent.privacy.settings import FaceBlur, PrivacyLimits, PrivacySettings
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Frame, Image, Observation


class FaceSearchError(UserError):
    """Faces were to be searched and could not be: no picture passes."""


class Privacy:
    """What one camera's pictures lose before anything else sees them. One thread at a time.

    It fails closed: `clean` returns a picture from which all that was asked for is gone, or raises.
    """

    def __init__(
        self,
        settings: PrivacySettings,
        detector: FaceDetector | None = None,
        limits: PrivacyLimits | None = None,
        stopwatch: Stopwatch = UNMEASURED,
    ) -> None:
        """Take what is asked for; cameras may share the detector. The stage measured is privacy.

        Raises:
            FaceSearchError: faces are to be searched and there is no detector.
        """
        if settings.face_blur is FaceBlur.DETECTOR and detector is None:
            raise FaceSearchError("face_blur is `detector`, and there is no face detector", "build it: ./tools/setup")
        self._settings = settings
        self._detector = detector if settings.face_blur is FaceBlur.DETECTOR else None
        self._limits = limits or PrivacyLimits()
        self._stopwatch = stopwatch
        self._blackout = Blackout(settings.masks)
        self._t = -math.inf
        self._heads: tuple[Place, ...] = ()
        self._faces: tuple[Place, ...] = ()

    def clean(self, frame: Frame) -> Frame:
        """The picture without what is masked and without faces; the very same frame when neither is asked for.

        The frame given is neither changed nor kept.

        Raises:
            FaceSearchError: the detector cannot tell where faces are.
        """
        if self._settings.off:
            return frame
        if frame.t < self._t:  # a recording that starts again
            self._heads, self._faces = (), ()
        self._t = frame.t
        image = frame.image.copy()
        with self._stopwatch.measure("privacy"):
            self._blackout.paint(image)
        if self._settings.face_blur is not FaceBlur.OFF:
            covered = self._places(image, frame.t)
            with self._stopwatch.measure("privacy"):
                for place in covered:
                    self._blur(image, place, frame.t)
                self._blackout.paint(image)  # the smoothing of a face beside a mask reaches into it
        return replace(frame, image=image)

    def seen(self, observation: Observation) -> None:
        """Learn where heads are from what was found in the picture last cleaned."""
        if self._settings.face_blur is FaceBlur.OFF or observation.t < self._t:
            return
        self._heads = places.renew(self._limits, self._heads, heads(self._limits, observation), observation.t)

    def _places(self, image: Image, t: float) -> tuple[Place, ...]:
        """Where to blur: heads of the last poses, and faces as they are seen or were seen last."""
        limits = self._limits
        known = tuple(place for place in self._heads if t - place.t <= limits.hold_s)
        if self._detector is not None:
            heads_now = (places.moved(limits, place, t) for place in known)
            found = self._found(self._detector, image, tuple(head for head in heads_now if self._lies(head)))
            self._faces = places.renew(limits, self._faces, found, t)
        return (*known, *self._faces)

    def _blur(self, image: Image, place: Place, t: float) -> None:
        limits, head = self._limits, places.moved(self._limits, place, t)
        mosaic.blur(image, head.centre, places.reach(limits, place, t), limits.cell * head.radius)

    def _found(self, detector: FaceDetector, image: Image, lying: tuple[Head, ...]) -> tuple[Head, ...]:
        try:
            return detector.find(image, lying)
        except (ValueError, RuntimeError, MemoryError, cv2.error) as fault:
            # What the runtimes say when a network fails; any other error passes as it is, and no picture with it.
            raise FaceSearchError(
                f"the face detector failed ({type(fault).__name__}), so no picture passes",
                "run edge-agent doctor; face_blur: head needs no detector",
            ) from fault

    def _lies(self, head: Head) -> bool:
        return abs(math.remainder(head.up_deg, 360.0)) > self._limits.lying_deg
