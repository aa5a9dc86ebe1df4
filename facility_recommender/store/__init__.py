"""What the recommender keeps: SQLAlchemy Core over SQLite; one thread owns it."""
