"""What can go wrong with a cluster, in one sentence."""


class ClusterError(Exception):
    """A process does not start or stop, or a port or an environment is missing."""
