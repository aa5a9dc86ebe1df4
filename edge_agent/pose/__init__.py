"""Pictures to poses: models, their pre-processing and decoding, skeleton layouts."""
