"""The catalog's kinds of structure."""

from catalog.services.kinds.families import FamilyKind
from catalog.services.kinds.links import AssociationTypeKind, GroupKind
from catalog.services.kinds.naming import NamingRuleKind
from catalog.services.kinds.profiles import ImportProfileKind
from catalog.services.kinds.variants import FamilyVariantKind
from pim.extensions import structure_kinds, undoers
from pim.services.undo import StructureUndoer


def register_kinds() -> None:
    """Fill the registry; called once, when the app is ready."""
    for kind in (
        FamilyKind(), FamilyVariantKind(), AssociationTypeKind(), GroupKind(), ImportProfileKind(), NamingRuleKind(),
    ):  # fmt: skip
        structure_kinds.register(kind.code, kind)
        undoers.register(kind.code, StructureUndoer())
