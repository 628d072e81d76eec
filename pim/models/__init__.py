"""The kernel's state: people, axes, units, taxonomy, attributes, journal, due dates and jobs."""

from pim.models.attributes import Attribute, AttributeGroup, Option
from pim.models.axes import Channel, Currency, Locale, Ordinal
from pim.models.due import Due
from pim.models.jobs import Job, JobIssue
from pim.models.journal import Cursor, Entry, JournalText, Pending, Stream
from pim.models.measurements import MeasurementFamily, MeasurementUnit
from pim.models.people import ApiToken, User
from pim.models.requests import IdempotentRequest
from pim.models.structure import StructureState
from pim.models.taxonomy import Category
from pim.models.views import SavedView

__all__ = [
    "ApiToken",
    "Attribute",
    "AttributeGroup",
    "Category",
    "Channel",
    "Currency",
    "Cursor",
    "Due",
    "Entry",
    "IdempotentRequest",
    "Job",
    "JobIssue",
    "JournalText",
    "Locale",
    "MeasurementFamily",
    "MeasurementUnit",
    "Option",
    "Ordinal",
    "Pending",
    "SavedView",
    "Stream",
    "StructureState",
    "User",
]
