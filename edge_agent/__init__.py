"""The daemon on the device: from a picture to an acknowledged, explained event."""
