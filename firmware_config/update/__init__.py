"""New versions of the application on a box: signed by the maker, never older, and undone where the box is not well.

Runs under the system's own Python with nothing but its standard library and `cryptography`: it must work where the
application does not.
"""
