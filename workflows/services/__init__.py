"""The verbs of workflows."""

from workflows.services.transitions import (
    AvailableTransition,
    available_transitions,
    raise_refusal,
    transition_assets,
    transition_products,
)

__all__ = [
    "AvailableTransition",
    "available_transitions",
    "raise_refusal",
    "transition_assets",
    "transition_products",
]
