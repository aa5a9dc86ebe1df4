"""What `edge-config` does, a command a module: each adds its own words to the parser."""
