"""Where pictures or keypoints come from."""
