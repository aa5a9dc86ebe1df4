"""The page: one view of the board, live, with no request to any other place."""
