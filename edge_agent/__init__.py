"""The daemon on the device: from a picture to an acknowledged, explained event."""

import os

# A broken file is told in our one line; OpenCV and its decoder would add dozens. Both read this when they are loaded.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
