"""The kernel's kinds of structure, each with its own reading, checking and storing."""

from pim.extensions import structure_kinds, undoers
from pim.services.kinds.attributes import AttributeGroupKind, AttributeKind, OptionKind
from pim.services.kinds.axes import ChannelKind, CurrencyKind, LocaleKind
from pim.services.kinds.categories import CategoryKind
from pim.services.kinds.measurements import MeasurementFamilyKind
from pim.services.undo import StructureUndoer


def register_kinds() -> None:
    """Fill the registry; called once, when the app is ready."""
    for kind in (
        LocaleKind(),
        CurrencyKind(),
        CategoryKind(),
        ChannelKind(),
        MeasurementFamilyKind(),
        AttributeGroupKind(),
        AttributeKind(),
        OptionKind(),
    ):
        structure_kinds.register(kind.code, kind)
        undoers.register(kind.code, StructureUndoer())
