"""The receiving end: ingest, store, alerts, recommendations and their explanations."""
