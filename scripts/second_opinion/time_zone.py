"""Instants become local time here, once; nothing goes the other way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from second_opinion.errors import UsageError


class ReportingZone:
    """The reporting zone; instants are naive UTC, local timestamps naive too."""

    def __init__(self, name: str) -> None:
        """Take the IANA name of a zone.

        Raises:
            UsageError: There is no such zone.

        """
        try:
            self._zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            message = f"var reporting_timezone: no zone {name!r}"
            raise UsageError(message) from error
        self._is_utc = name == "UTC"

    def local(self, instant: datetime) -> datetime:
        """Wall-clock time of an instant in the reporting zone."""
        if self._is_utc:
            return instant
        try:
            zoned = instant.replace(tzinfo=UTC).astimezone(self._zone)
        except OverflowError:  # the year 9999 stays what it is
            return instant
        return zoned.replace(tzinfo=None)

    def date_of(self, instant: datetime) -> date:
        """Date of an instant in the reporting zone."""
        return self.local(instant).date()
