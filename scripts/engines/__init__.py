"""The other engines: servers to develop and test on, and what compares their marts."""
