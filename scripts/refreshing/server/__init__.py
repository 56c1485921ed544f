"""Versions on a Postgres server, as schemas that are renamed."""
