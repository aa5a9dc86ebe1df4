"""What masks and face blur cost the pose, and what they leave of a face."""
