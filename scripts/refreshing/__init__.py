"""Modules of refresh.py: a candidate is built and checked, then published."""
