"""The ways in which a refresh can end badly, each with its exit status."""


class RefreshError(Exception):
    """The data or a check failed: one sentence, exit status 1."""

    exit_status = 1


class UsageError(RefreshError):
    """The command was given something that cannot work: exit status 2."""

    exit_status = 2


class ServerError(RefreshError):
    """A server refused a statement; what that means depends on when: exit status 1."""


class LockedError(RefreshError):
    """Another run holds the lock: exit status 3."""

    exit_status = 3
