"""Turn untrusted bytes into facts: real type, dimensions, hashes, metadata. Pure: no model, no settings, no clock."""

from assets.probe.facts import Facts, probe
from assets.probe.limits import DEFAULT_LIMITS, Limits
from assets.probe.sniffing import PICTURE_TYPES, MediaType, sniff

__all__ = ["DEFAULT_LIMITS", "PICTURE_TYPES", "Facts", "Limits", "MediaType", "probe", "sniff"]
