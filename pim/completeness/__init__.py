"""The completeness core: requirements in, percentages and missing attributes out. Pure."""

from pim.completeness.requirements import (
    COMPLETE,
    Calculator,
    ChannelScope,
    Completeness,
    Condition,
    Missing,
    Requirement,
    Slot,
)

__all__ = ["COMPLETE", "Calculator", "ChannelScope", "Completeness", "Condition", "Missing", "Requirement", "Slot"]
