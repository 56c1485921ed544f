"""Versions in a warehouse of Spark, as schemas behind views."""
