"""What is sent to whoever helps with a box: no picture, no key, no password, nothing that names a person."""
