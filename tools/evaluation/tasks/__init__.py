"""One measuring task a module."""
