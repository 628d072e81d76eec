"""Where a product belongs: its kind, its model, its family and family variant, which decide what else is allowed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import ProductKind
from catalog.families import CatalogStructure, FamilySpec, FamilyVariantSpec
from catalog.services.changes import UNSET
from catalog.services.writing.loading import Loaded, Row
from catalog.services.writing.planned import Planned
from catalog.skus import sku_key
from pim.errors import Problem, Refused


class Placement:
    """Sets a planned row's place and refuses places that do not exist."""

    def __init__(self, catalog: CatalogStructure, loaded: Loaded) -> None:
        self.catalog = catalog
        self.loaded = loaded

    def place(self, planned: Planned) -> None:
        """Set kind, parent, family and family variant, which decide what else is allowed."""
        change, after, before = planned.change, planned.after, planned.before
        if before is not None and change.kind and change.kind != before.kind and change.parent is UNSET:
            raise Refused("kind_is_fixed", _("“%s” is a %s.") % (before.sku, before.kind), "/kind")
        if change.parent is not UNSET:
            self._set_parent(planned, change.parent)
        elif before is None and after.kind == ProductKind.VARIANT:
            raise Refused("parent_missing", _("A variant needs a parent."), "/parent")
        if after.parent_id is not None:
            parent = self.loaded.by_id[after.parent_id]
            after.family_id, after.family_variant_id = parent.family_id, parent.family_variant_id
            self._check_given_family(planned, parent)
        else:
            self._set_family(planned)

    def _set_parent(self, planned: Planned, code: str | None) -> None:
        after = planned.after
        if not code:
            if after.parent_id is not None:
                self._leave_parent(planned)
            after.kind = ProductKind.MODEL if after.kind == ProductKind.MODEL else ProductKind.SIMPLE
            return
        parent = self._find_parent(planned, code)
        if after.parent_id == parent.id:
            return
        after.kind = self._kind_below(planned, parent)
        before = planned.before
        former = self.loaded.by_id[before.parent_id].sku if before and before.parent_id else None
        planned.delta["@parent"] = [former, parent.sku]
        after.level = parent.level + 1
        after.parent_id, after.root_id = parent.id, parent.root_id or parent.id

    def _leave_parent(self, planned: Planned) -> None:
        """A variant that becomes a product of its own keeps what it inherited."""
        after = planned.after
        lineage = self.loaded.lineage(after)
        planned.delta["@parent"] = [lineage[-2].sku, None]
        inherited: dict[str, Any] = {}
        for row in lineage[:-1]:
            inherited.update(row.values)
        planned.delta.update((key, [None, value]) for key, value in inherited.items() if key not in after.values)
        after.values = {**inherited, **after.values}
        after.parent_id = after.root_id = after.axis_key = None
        after.family_variant_id = after.family_variant_id if after.kind == ProductKind.MODEL else None
        after.level = 0

    def _find_parent(self, planned: Planned, code: str) -> Row:
        parent = self.loaded.by_key.get(sku_key(code))
        if parent is None:
            raise Refused("unknown_parent", _("There is no product model “%s”.") % code, "/parent")
        if parent.sku != code:
            message = _("“%(given)s” was taken for “%(found)s”.") % {"given": code, "found": parent.sku}
            planned.warnings.append(Problem("parent_case", message, "/parent", "warning"))
        return parent

    def _kind_below(self, planned: Planned, parent: Row) -> str:
        """What a row below this parent is: a variant at the last level, a model above it."""
        after, before = planned.after, planned.before
        if parent.kind != ProductKind.MODEL or parent.family_variant_id is None:
            raise Refused("parent_not_a_model", _("“%s” is not a product model.") % parent.sku, "/parent")
        if any(row.id == after.id for row in self.loaded.lineage(parent)):
            raise Refused("parent_below", _("“%s” is below this product.") % parent.sku, "/parent")
        if before is not None and before.family_variant_id not in {None, parent.family_variant_id}:
            raise Refused("other_family_variant", _("“%s” varies in another way.") % parent.sku, "/parent")
        variant = self.catalog.variants_by_id[parent.family_variant_id]
        expected = ProductKind.VARIANT if parent.level + 1 == variant.levels else ProductKind.MODEL
        kind = ProductKind.VARIANT if after.kind == ProductKind.SIMPLE else after.kind
        if kind != expected:
            message = _("Below “%(parent)s” belong rows of kind “%(kind)s”.")
            raise Refused("wrong_level", message % {"parent": parent.sku, "kind": expected}, "/parent")
        return kind

    def _check_given_family(self, planned: Planned, parent: Row) -> None:
        change = planned.change
        family = self._family(parent)
        if change.family not in {UNSET, None, ""} and self.catalog.family(str(change.family)) is not family:
            raise Refused(
                "family_of_parent", _("The family is the parent's: %s.") % (family.code if family else "–"), "/family"
            )
        variant = self._variant(parent)
        given = change.family_variant
        if given not in {UNSET, None, ""} and self.catalog.variant(str(given)) is not variant:
            raise Refused(
                "family_of_parent", _("The family variant is the parent's: %s.") % (variant.code if variant else "–"),
                "/family_variant",
            )  # fmt: skip

    def _set_family(self, planned: Planned) -> None:
        change, after = planned.change, planned.after
        variant: FamilyVariantSpec | None = None
        if change.family_variant not in {UNSET, None, ""}:
            variant = self.catalog.variant(str(change.family_variant))
            if variant is None:
                raise Refused(
                    "unknown_family_variant", _("There is no family variant “%s”.") % change.family_variant,
                    "/family_variant",
                )  # fmt: skip
            if after.kind != ProductKind.MODEL:
                raise Refused("not_a_model", _("Only a product model has a family variant."), "/family_variant")
            self._record(planned, "@family_variant", self._variant(after), variant)
            after.family_variant_id = variant.id
        family = self._family(after)
        if change.family is not UNSET:
            family = self.catalog.family(str(change.family)) if change.family else None
            if change.family and family is None:
                raise Refused("unknown_family", _("There is no family “%s”.") % change.family, "/family")
        if variant is not None:
            family = family if change.family not in {UNSET, None, ""} else self.catalog.families[variant.family]
            if family is None or family.code != variant.family:
                raise Refused(
                    "other_family", _("“%(variant)s” belongs to the family “%(family)s”.")
                    % {"variant": variant.code, "family": variant.family}, "/family_variant",
                )  # fmt: skip
        if after.kind == ProductKind.MODEL and after.family_variant_id is None:
            raise Refused("family_variant_missing", _("A product model needs a family variant."), "/family_variant")
        self._record(planned, "@family", self._family(after), family)
        after.family_id = family.id if family else None

    @staticmethod
    def _record(
        planned: Planned, name: str, before: FamilySpec | FamilyVariantSpec | None,
        after: FamilySpec | FamilyVariantSpec | None,
    ) -> None:  # fmt: skip
        if before is not after:
            planned.delta[name] = [before.code if before else None, after.code if after else None]

    def _family(self, row: Row) -> FamilySpec | None:
        return self.catalog.families_by_id[row.family_id] if row.family_id is not None else None

    def _variant(self, row: Row) -> FamilyVariantSpec | None:
        return self.catalog.variants_by_id[row.family_variant_id] if row.family_variant_id is not None else None
