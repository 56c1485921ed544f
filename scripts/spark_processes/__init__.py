"""A Spark cluster of separate processes on this machine: started, asked, stopped."""
