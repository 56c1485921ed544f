"""Parts of the raw loader: one module per purpose, started by `load_raw.py`."""
