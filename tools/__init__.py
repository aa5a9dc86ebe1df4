"""Development tools, run from the checkout."""
