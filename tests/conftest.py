"""What holds of every test."""

from __future__ import annotations

from hypothesis import settings

# By default an example that takes 200 ms fails, which on a busy machine any may: times are asked for where they matter.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
