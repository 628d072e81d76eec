"""Where a product belongs: its kind, its model, its family and family variant, which decide what else is allowed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import ProductKind
from catalog.families import CatalogStructure, FamilySpec, FamilyVariantSpec, level_of
from catalog.services.changes import UNSET
from catalog.services.writing.loading import Loaded, Row
from catalog.services.writing.planned import Planned
from catalog.skus import sku_key
from pim.choices import Origin
from pim.errors import Problem, Refused
from pim.values.keys import split_key


class Placement:
    """Sets a planned row's place and refuses places that do not exist."""

    def __init__(self, catalog: CatalogStructure, loaded: Loaded, origin: str) -> None:
        self.catalog = catalog
        self.loaded = loaded
        self.origin = origin

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
        if before is not None:
            self._record_move(planned, before)

    def _record_move(self, planned: Planned, before: Row) -> None:
        after = planned.after
        if before.kind != after.kind:
            planned.delta["@kind"] = [before.kind, after.kind]
            if before.kind == ProductKind.SIMPLE:
                self._drop_values_above(planned)
        self._record(planned, "@family", self._family(before), self._family(after))
        self._record(planned, "@family_variant", self._variant(before), self._variant(after))

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
        if before is not None and before.level != parent.level + 1:
            self._require_nothing_below(after, "/parent")
        former = self.loaded.by_id[before.parent_id].sku if before and before.parent_id else None
        planned.delta["@parent"] = [former, parent.sku]
        after.level = parent.level + 1
        after.parent_id, after.root_id = parent.id, parent.root_id or parent.id

    def _leave_parent(self, planned: Planned) -> None:
        """A variant that becomes a product of its own keeps what it inherited; undo says itself what is kept."""
        after = planned.after
        self._require_nothing_below(after, "/parent")
        lineage = self.loaded.lineage(after)
        planned.delta["@parent"] = [lineage[-2].sku, None]
        inherited: dict[str, Any] = {}
        for row in lineage[:-1] if self.origin != Origin.UNDO else ():
            inherited.update(row.values)
        planned.delta.update((key, [None, value]) for key, value in inherited.items() if key not in after.values)
        after.values = {**inherited, **after.values}
        after.parent_id = after.root_id = after.axis_key = None
        after.family_variant_id = after.family_variant_id if after.kind == ProductKind.MODEL else None
        after.level = 0

    def _drop_values_above(self, planned: Planned) -> None:
        """A product that becomes a variant gives up what its models say from now on."""
        after, family, variant = planned.after, self._family(planned.after), self._variant(planned.after)
        if family is None or variant is None:
            return
        for key, value in list(after.values.items()):
            code = split_key(key).attribute
            is_above = code in family.members and level_of(variant, code) < after.level
            if is_above and code not in variant.overridable:
                del after.values[key]
                planned.delta[key] = [value, None]

    def _require_nothing_below(self, row: Row, pointer: str) -> None:
        if self.loaded.children.get(row.id) or row.id in self.loaded.large_models:
            raise Refused("has_variants", _("“%s” has rows below it, which would not fit.") % row.sku, pointer)

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
        """Set family and family variant of a row without parent; a model's family is its family variant's."""
        change, after = planned.change, planned.after
        self._set_family_variant(planned)
        variant = self._variant(after) if after.kind == ProductKind.MODEL else None
        if after.kind == ProductKind.MODEL and variant is None:
            raise Refused("family_variant_missing", _("A product model needs a family variant."), "/family_variant")
        family = self._family(after)
        if change.family is not UNSET:
            family = self.catalog.family(change.family) if change.family else None
            if change.family and family is None:
                raise Refused("unknown_family", _("There is no family “%s”.") % change.family, "/family")
        if variant is not None:
            family = family if change.family not in {UNSET, None, ""} else self.catalog.families[variant.family]
            if family is None or family.code != variant.family:
                raise Refused(
                    "other_family",
                    _("“%(variant)s” belongs to the family “%(family)s”.")
                    % {"variant": variant.code, "family": variant.family},
                    "/family_variant",
                )
        after.family_id = family.id if family else None
        if planned.before is None:
            self._record(planned, "@family", None, family)

    def _set_family_variant(self, planned: Planned) -> None:
        change, after = planned.change, planned.after
        if change.family_variant in {UNSET, None, ""}:
            return
        variant = self.catalog.variant(str(change.family_variant))
        if variant is None:
            raise Refused(
                "unknown_family_variant",
                _("There is no family variant “%s”.") % change.family_variant,
                "/family_variant",
            )
        if after.kind != ProductKind.MODEL:
            raise Refused("not_a_model", _("Only a product model has a family variant."), "/family_variant")
        if after.family_variant_id not in {None, variant.id}:
            self._require_nothing_below(after, "/family_variant")
        after.family_variant_id = variant.id
        if planned.before is None:
            self._record(planned, "@family_variant", None, variant)

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
