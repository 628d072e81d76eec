"""What transitions move: products and assets behind one face."""

from workflows.services.subjects.assets import AssetSubjects
from workflows.services.subjects.base import Subject, Subjects
from workflows.services.subjects.products import ProductSubjects

__all__ = ["AssetSubjects", "ProductSubjects", "Subject", "Subjects"]
