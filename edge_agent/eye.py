"""What lies between one camera's picture and the flow: privacy first, then the picture's own faults, then poses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from edge_agent import picture
from edge_agent.picture import PictureLimits
from edge_agent.picture.sketch import Mask as Ignored
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.pose.sight import Lens, in_camera_axes
from edge_agent.privacy import FaceDetector, Privacy, PrivacySettings
from edge_agent.privacy.masks import covered
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Demand, Frame, Observation

_MASK_SIZE = (160, 120)
"""At which the masked places are told to the picture's judge: it looks at about this many points."""


@dataclass(slots=True)
class Eye:
    """One camera's; the estimator may be shared. One thread at a time."""

    estimator: PoseEstimator
    settings: PrivacySettings
    """What is taken out; the privacy that does it is of the same."""
    privacy: Privacy
    ignored: Ignored | None = None
    """(h, w) True where the masks are: black there is no fault of the camera."""
    lens: Lens | None = None
    """The camera's intrinsics, where somebody measured them."""
    limits: PictureLimits = field(default_factory=PictureLimits)
    stopwatch: Stopwatch = UNMEASURED
    _state: picture.State = field(default_factory=picture.State)
    _t: float = float("-inf")

    def look(self, frame: Frame, demand: Demand) -> Observation:
        """Learn what one picture shows; the models are not asked of one that cannot be believed.

        Args:
            frame: as the camera gave it; nothing of it is kept.
            demand: what the pipeline asked for after the picture before.

        Raises:
            FaceSearchError: faces could not be searched, so the picture must not be looked at.
        """
        if frame.t <= self._t:
            self._state = picture.State()  # a recording that starts again
        self._t = frame.t
        clean = self.privacy.clean(frame)
        with self.stopwatch.measure("picture"):
            self._state, quality = picture.step(self.limits, self._state, clean.t, clean.image, self.ignored)
        if quality.usable:
            hidden = tuple(mask.polygon for mask in self.settings.masks)
            posed = in_camera_axes(self.estimator.estimate(clean, demand), self.lens)
            observation = replace(posed, quality=quality, hidden=hidden)
        else:
            height, width = clean.image.shape[:2]
            observation = Observation(clean.camera, clean.t, (width, height), quality=quality)
        self.privacy.seen(observation)
        return observation


def eye(
    estimator: PoseEstimator,
    settings: PrivacySettings,
    faces: FaceDetector | None,
    stopwatch: Stopwatch = UNMEASURED,
    *,
    lens: Lens | None = None,
    before: Eye | None = None,
) -> Eye:
    """The eye of a camera with these masks and this face blur, its scene to be learnt anew.

    Args:
        estimator: shared by the cameras.
        settings: what is to be taken out.
        faces: where faces are to be searched.
        stopwatch: measures the stages.
        lens: the camera's intrinsics, where somebody measured them.
        before: the camera's eye up to now: with the same settings it goes on knowing where heads are.

    Raises:
        FaceSearchError: faces are to be searched and there is no detector.
    """
    if before is not None and before.settings == settings:
        privacy = before.privacy
    else:
        privacy = Privacy(settings, faces, stopwatch=stopwatch)
    ignored = covered(settings.masks, *_MASK_SIZE) > 0 if settings.masks else None
    return Eye(estimator, settings, privacy, ignored, lens, stopwatch=stopwatch)
