"""The state of delivery: views, what is published in them, and what waits to be published."""

from channels.models.publications import (
    Dirty,
    Publication,
    PublicationFacet,
    PublicationLink,
    PublicationNumber,
    PublicationSort,
    PublicationText,
)
from channels.models.views import ChannelView

__all__ = [
    "ChannelView",
    "Dirty",
    "Publication",
    "PublicationFacet",
    "PublicationLink",
    "PublicationNumber",
    "PublicationSort",
    "PublicationText",
]
