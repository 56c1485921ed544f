"""Clouds that nobody here can run on: compile offline, and read what came out."""
