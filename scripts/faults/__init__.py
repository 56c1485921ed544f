"""Small faults put into the models on purpose, to see whether a test notices."""
