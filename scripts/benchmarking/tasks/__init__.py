"""Tasks, each a module with a function `run`, for a process of its own (child.py)."""
