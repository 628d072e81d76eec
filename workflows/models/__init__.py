"""What workflows keep: their rules as data, and the branches of subjects."""

from workflows.models.branches import Branch
from workflows.models.rules import Stage, StageEditor, Transition, TransitionGroup, Workflow

__all__ = ["Branch", "Stage", "StageEditor", "Transition", "TransitionGroup", "Workflow"]
