"""`edge-agent aim`: the installer's page, which sees skeletons and never the picture (docs/adr/0014)."""
