"""Build of the pose models: fetch, verify, fold, prune, quantize. A tool of the build machine, never of the device."""
