"""The ways in which a load can end, each with its exit status."""


class LoadError(Exception):
    """The data or a file was refused: one sentence, exit status 1."""

    exit_status = 1


class UsageError(LoadError):
    """The command was given something that cannot work: exit status 2."""

    exit_status = 2


class LockedError(LoadError):
    """Another process holds the warehouse: exit status 3."""

    exit_status = 3
