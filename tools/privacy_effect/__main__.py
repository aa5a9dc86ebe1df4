"""``python -m tools.privacy_effect``: what masks and face blur cost the pose, and what they leave of a face.

The whole flow runs on each recording as it is and, side by side, on changed pictures: two changes that have nothing
to do with privacy give the scale, then come masks and both kinds of face blur. Recordings that are not present are
skipped. Nothing is kept of any picture.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge_agent.errors import UserError
from edge_agent.pose import blazepose, interpreter
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.privacy import FaceBlur, FullRangeFaces, Privacy, PrivacyLimits, PrivacySettings
from edge_agent.privacy.detector import MODEL
from edge_agent.runtime.profile import CpuProfile
from edge_agent.types import Demand
from tools.privacy_effect import coverage, flows, report
from tools.privacy_effect.coverage import Count
from tools.privacy_effect.effect import Effect

ROOT = Path(__file__).resolve().parents[2]
RENDERED = tuple(ROOT / f"tests/recordings/rendered/{name}.webm" for name in ("sit-down", "walk"))
CLIPS = ("gmdcsa24_subjects12/*/*/*.mp4", "demo_fall_videos4/*_[14].mp4", "care_home_falls2/*.mp4")
BLURS = (FaceBlur.HEAD, FaceBlur.DETECTOR)


@dataclass(slots=True)
class Bench:
    """Everything that is measured."""

    models: Path
    fps: float
    effects: dict[str, Effect] = field(default_factory=dict)
    faces: dict[tuple[str, str], Count] = field(default_factory=dict)
    """By where they come from, and the kind of blur."""
    profile: CpuProfile = field(default_factory=CpuProfile)

    def recording(self, path: Path) -> None:
        """Take in one recording."""
        sure = self._detector(coverage.SURE)
        blurs = {blur.value: self._blurring(blur) for blur in BLURS}
        changes: dict[str, flows.Change] = {
            "as it is": Privacy(PrivacySettings()),
            "1 px shift": flows.Unrelated(flows.shifted),
            "JPEG": flows.Unrelated(flows.encoded),
            "masks": Privacy(PrivacySettings(masks=flows.BANDS)),
            **blurs,
        }
        ways = {
            name: flows.Flow(change, self._estimator(name), float(name == "1 px shift"), Demand(self.fps))
            for name, change in changes.items()
        }
        settings, truth = flows.settings(self.fps), coverage.TrueFaces.beside(path)
        clean = ways.pop("as it is")
        for frame in flows.pictures(path, self.fps):
            clean.step(settings, frame)
            for name, way in ways.items():
                way.step(settings, frame)
                self.effects.setdefault(name, Effect()).compare(clean, way)
            if truth is not None:
                self._count("rendered, true places", blurs, truth.at(frame.t))
                continue
            faces = coverage.faces_in(sure, frame.image)
            on_people = coverage.on_people(faces, clean.poses)
            self._count("clips, found on a person", blurs, (faces[number] for number in on_people))
            elsewhere = (face for number, face in enumerate(faces) if number not in on_people)
            self._count("clips, found elsewhere", blurs, elsewhere)
            for name, blur in blurs.items():
                again = coverage.still_found(sure, blur.picture, [faces[number] for number in on_people])
                count = self.faces["clips, found on a person", name]
                count.again = again + (count.again or 0)
        for name, way in ways.items():
            self.effects[name].finish(path.name, clean, way)

    def photographs(self, data: Path) -> None:
        """Take in the labelled photographs: each as a first picture, and again once its poses are known."""
        for picture, faces in coverage.photographs(data).items():
            frame, estimator = coverage.in_photograph(picture), self._estimator("photograph")
            for blur in BLURS:
                blurring = self._blurring(blur)
                for when in ("first picture", "next picture"):
                    observation = estimator.estimate(blurring.clean(frame), Demand(self.fps))
                    self._count(f"photographs, labelled, {when}", {blur.value: blurring}, faces)
                    blurring.seen(observation)

    def _count(self, said: str, blurs: Mapping[str, flows.Blurring], faces: Iterable[coverage.Face]) -> None:
        looked_at = tuple(faces)
        for name, blur in blurs.items():
            count = self.faces.setdefault((said, name), Count())
            for face in looked_at:
                count.add(blur.covered, *face)

    def _estimator(self, name: str) -> PoseEstimator:
        if name == FaceBlur.DETECTOR.value:
            return blazepose.load(self.models, stopwatch=self.profile)
        return blazepose.load(self.models)

    def _blurring(self, blur: FaceBlur) -> flows.Blurring:
        network = interpreter.load(self.models, MODEL)
        return flows.Blurring(blur, FullRangeFaces(network, stopwatch=self.profile), self.profile)

    def _detector(self, score: float) -> FullRangeFaces:
        return FullRangeFaces(interpreter.load(self.models, MODEL), PrivacyLimits(face_score=score))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.privacy_effect", description=(__doc__ or "").splitlines()[0])
    default = Path(os.environ.get("POSE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("recordings", nargs="*", type=Path, help="videos (those of --data, and two rendered)")
    parser.add_argument("--data", type=Path, default=default, help="recordings ($POSE_DATA, ../shared/data)")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "built", help="built models")
    parser.add_argument("--fps", type=float, default=10.0, help="pictures a second (10)")
    parser.add_argument("--out", type=Path, help="write the tables to this Markdown file, too")
    options = parser.parse_args(arguments)
    bench = Bench(options.models, options.fps)
    present = [clip for pattern in CLIPS for clip in sorted(options.data.glob(pattern))]
    clips = options.recordings or [*RENDERED, *present]
    try:
        for clip in clips:
            print(f"{clip.name} ...", file=sys.stderr, flush=True)
            bench.recording(clip)
        bench.photographs(options.data)
    except UserError as error:
        print(f"privacy_effect: {error}", file=sys.stderr)
        return int(error.exit_code)
    text = report.written(bench.effects, bench.faces, bench.profile)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
