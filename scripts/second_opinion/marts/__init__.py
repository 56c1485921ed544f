"""One module for each mart, or for a mart and its twins: rows from the people."""
