"""What can go wrong with a cloud, in one sentence."""


class CloudError(Exception):
    """An adapter is not installed, or the project does not compile for it."""
