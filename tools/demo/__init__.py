"""The demonstration behind `./tools/run`: broker, recommender and agent on this machine's loopback."""
