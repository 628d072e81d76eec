"""Second step: what each change would make of its product, or why not; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from catalog.choices import ProductKind
from catalog.extensions import StageRules
from catalog.families import FamilySpec, FamilyVariantSpec, axis_key
from catalog.services.changes import UNSET, ProductChange
from catalog.services.writing.engine import Engine
from catalog.services.writing.loading import Loaded, Row
from catalog.services.writing.values import ValueChanges
from catalog.skus import clean_sku, sku_key
from pim.choices import Origin
from pim.errors import Conflict, DomainError, NotFound, Problem, Refused


@dataclass(slots=True)
class Planned:
    """A change that passed: the row before (None: new) and after, and what differs."""

    change: ProductChange
    before: Row | None
    after: Row
    delta: dict[str, list[Any]] = field(default_factory=dict)
    touches_reviewed: bool = False
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether the product is created."""
        return self.before is None


class Planner:
    """Plans the changes of one chunk, in order; later changes see what earlier ones made."""

    def __init__(
        self,
        engine: Engine,
        loaded: Loaded,
        *,
        categories: Mapping[str, int],
        category_codes: Mapping[int, str],
        rules: StageRules,
        origin: str,
        new_ids: Sequence[int],
    ) -> None:
        self.engine = engine
        self.catalog = engine.catalog
        self.loaded = loaded
        self.categories = categories
        self.category_codes = category_codes
        self.rules = rules
        self.origin = origin
        self._new_ids = list(reversed(new_ids))
        self._by_uuid = {row.uuid: row for row in loaded.by_id.values()}
        self._group_codes = {pk: code for code, pk in self.catalog.groups.items()}

    def plan(self, change: ProductChange) -> Planned:
        """Plan one change.

        Raises:
            DomainError: the row is refused; what it would have changed is as if it had never been asked for.
        """
        before = self._find(change)
        after = before.copy() if before else self._new_row(change)
        planned = Planned(change, before, after)
        self._place(planned)
        self._set_fields(planned)
        family, variant = self._family(after), self._variant(after)
        ValueChanges(self.engine, self.loaded, self.origin).apply(planned, family, variant)
        self._set_axes(planned, variant)
        self._set_memberships(planned)
        self._settle_stage(planned)
        if planned.delta or planned.is_new:
            after.revision += 1
            self._remember(planned)
        return planned

    def forget(self, planned: Planned) -> None:
        """Take a planned row back, because a later step refused it."""
        after = planned.after
        if planned.before is not None:
            self.loaded.by_id[after.id] = self.loaded.by_key[after.sku_key] = planned.before
            return
        self.loaded.by_id.pop(after.id, None)
        self.loaded.by_key.pop(after.sku_key, None)
        if after.parent_id is not None and after.id in self.loaded.children[after.parent_id]:
            self.loaded.children[after.parent_id].remove(after.id)

    def _find(self, change: ProductChange) -> Row | None:
        row = self._by_uuid.get(change.uuid) if change.uuid else None
        row = row or self.loaded.by_key.get(sku_key(change.sku))
        if row is None and change.must_exist:
            raise NotFound("not_found", _("There is no product “%s”.") % change.sku)
        if row is not None and change.must_be_new:
            raise Conflict("exists_already", _("“%s” exists already.") % row.sku, "/sku")
        return row

    def _new_row(self, change: ProductChange) -> Row:
        sku = clean_sku(change.sku)
        has_parent = change.parent is not UNSET and bool(change.parent)
        kind = change.kind or (ProductKind.VARIANT if has_parent else ProductKind.SIMPLE)
        if kind not in ProductKind.values:
            raise Refused("unknown_kind", _("A product is simple, a model or a variant, not “%s”.") % kind, "/kind")
        try:
            uuid = str(UUID(change.uuid)) if change.uuid else str(uuid4())
        except ValueError:
            raise Refused("invalid_uuid", _("“%s” is not a UUID.") % change.uuid, "/uuid") from None
        return Row(
            self._new_ids.pop(), uuid, sku, sku_key(sku), kind, None, None, None, None, 0, None, True,
            self.rules.initial(), 0,
        )  # fmt: skip

    def _place(self, planned: Planned) -> None:
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
        after, before = planned.after, planned.before
        if not code:
            if after.parent_id is not None:
                planned.delta["@parent"] = [self.loaded.by_id[after.parent_id].sku, None]
                inherited: dict[str, Any] = {}
                for row in self.loaded.lineage(after)[:-1]:
                    inherited.update(row.values)
                after.values = {**inherited, **after.values}
                after.parent_id = after.root_id = after.axis_key = None
                after.family_variant_id = after.family_variant_id if after.kind == ProductKind.MODEL else None
                after.level = 0
            after.kind = ProductKind.MODEL if after.kind == ProductKind.MODEL else ProductKind.SIMPLE
            return
        parent = self.loaded.by_key.get(sku_key(code))
        if parent is None:
            raise Refused("unknown_parent", _("There is no product model “%s”.") % code, "/parent")
        if parent.sku != code:
            planned.warnings.append(
                Problem(
                    "parent_case", _("“%(given)s” was taken for “%(found)s”.") % {"given": code, "found": parent.sku},
                    "/parent", "warning",
                )
            )  # fmt: skip
        if after.parent_id == parent.id:
            return
        if parent.kind != ProductKind.MODEL or parent.family_variant_id is None:
            raise Refused("parent_not_a_model", _("“%s” is not a product model.") % parent.sku, "/parent")
        if any(row.id == after.id for row in self.loaded.lineage(parent)):
            raise Refused("parent_below", _("“%s” is below this product.") % parent.sku, "/parent")
        variant = self.catalog.variants_by_id[parent.family_variant_id]
        if before is not None and before.family_variant_id not in {None, parent.family_variant_id}:
            raise Refused("other_family_variant", _("“%s” varies in another way.") % parent.sku, "/parent")
        level = parent.level + 1
        expected = ProductKind.VARIANT if level == variant.levels else ProductKind.MODEL
        kind = ProductKind.VARIANT if after.kind == ProductKind.SIMPLE else after.kind
        if kind != expected:
            raise Refused(
                "wrong_level", _("Below “%(parent)s” belong rows of kind “%(kind)s”.")
                % {"parent": parent.sku, "kind": expected}, "/parent",
            )  # fmt: skip
        former = self.loaded.by_id[before.parent_id].sku if before and before.parent_id else None
        planned.delta["@parent"] = [former, parent.sku]
        after.kind, after.level = kind, level
        after.parent_id, after.root_id = parent.id, parent.root_id or parent.id

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

    def _set_fields(self, planned: Planned) -> None:
        change, after, before = planned.change, planned.after, planned.before
        if change.enabled is not UNSET and change.enabled != after.enabled:
            if not isinstance(change.enabled, bool):
                raise Refused("invalid_boolean", _("“enabled” must be true or false."), "/enabled")
            planned.delta["@enabled"] = [after.enabled if before else None, change.enabled]
            after.enabled = change.enabled
        if change.stage is not UNSET and change.stage != after.stage:
            if not self.rules.exists(change.stage):
                raise Refused("unknown_stage", _("There is no stage “%s”.") % change.stage, "/stage")
            if before is None or self.origin == Origin.UNDO:
                planned.delta["@stage"] = [before.stage if before else None, change.stage]
                after.stage = change.stage
            elif self.origin != Origin.IMPORT:
                raise Refused("stage_needs_transition", _("The stage changes by a transition only."), "/stage")

    def _set_axes(self, planned: Planned, variant: FamilyVariantSpec | None) -> None:
        after = planned.after
        if variant is None or after.parent_id is None:
            return
        key = axis_key(variant, after.level, after.values)
        if key is None:
            axes = ", ".join(variant.axes[after.level - 1])
            raise Refused("axis_missing", _("A variant needs a value for each axis: %s.") % axes, "/values")
        owner = self.loaded.axis_owners.get((after.parent_id, key))
        if owner is not None and owner != after.id:
            other = self.loaded.by_id.get(owner)
            raise Refused(
                "axis_taken", _("Another variant has the same axes: %s.") % (other.sku if other else key), "/values"
            )
        after.axis_key = key

    def _set_memberships(self, planned: Planned) -> None:
        change, after, before = planned.change, planned.after, planned.before
        if change.categories is not UNSET or change.add_categories or change.remove_categories:
            chosen = list(after.categories)
            if change.categories is not UNSET:
                chosen = [self._category(code, f"/categories/{n}") for n, code in enumerate(change.categories)]
            chosen += [self._category(code, "/add_categories") for code in change.add_categories]
            removed = {self._category(code, "/remove_categories") for code in change.remove_categories}
            above = {pk for row in self.loaded.lineage(after)[:-1] for pk in row.categories}
            after.categories = tuple(pk for pk in dict.fromkeys(chosen) if pk not in above and pk not in removed)
            if set(after.categories) == set(before.categories if before else ()):
                after.categories = before.categories if before else ()
            else:
                codes = self.category_codes
                planned.delta["@categories"] = [
                    sorted(codes[pk] for pk in before.categories) if before else None,
                    sorted(codes[pk] for pk in after.categories),
                ]
                planned.touches_reviewed = True
        if change.groups is not UNSET:
            after.groups = tuple(sorted({self._group(code, n) for n, code in enumerate(change.groups)}))
            if after.groups != (before.groups if before else ()):
                planned.delta["@groups"] = [
                    sorted(self._group_codes[pk] for pk in before.groups) if before else None,
                    sorted(self._group_codes[pk] for pk in after.groups),
                ]

    def _category(self, code: str, pointer: str) -> int:
        found = self.categories.get(str(code).casefold())
        if found is None:
            raise Refused("unknown_category", _("There is no category “%s”.") % code, pointer)
        return found

    def _group(self, code: str, number: int) -> int:
        found = self.catalog.groups.get(code)
        if found is None:
            raise Refused("unknown_group", _("There is no product group “%s”.") % code, f"/groups/{number}")
        return found

    def _settle_stage(self, planned: Planned) -> None:
        """An approved product whose reviewed content departs from what was approved goes back to work."""
        before, after = planned.before, planned.after
        if before is None or not planned.touches_reviewed or "@stage" in planned.delta:
            return
        if self.rules.is_approved(before.stage):
            after.stage = self.rules.after_edit(before.stage)
            if after.stage != before.stage:
                planned.delta["@stage"] = [before.stage, after.stage]

    def _remember(self, planned: Planned) -> None:
        after, before = planned.after, planned.before
        if before is not None and before.parent_id not in {None, after.parent_id}:
            self.loaded.children[before.parent_id].remove(after.id)
            if before.axis_key:
                self.loaded.axis_owners.pop((before.parent_id, before.axis_key), None)
        self.loaded.add(after)
        if after.parent_id is not None and after.axis_key is not None:
            if before is not None and before.axis_key and before.axis_key != after.axis_key:
                self.loaded.axis_owners.pop((after.parent_id, before.axis_key), None)
            self.loaded.axis_owners[after.parent_id, after.axis_key] = after.id
        self._by_uuid[after.uuid] = after

    def _family(self, row: Row) -> FamilySpec | None:
        return self.catalog.families_by_id[row.family_id] if row.family_id is not None else None

    def _variant(self, row: Row) -> FamilyVariantSpec | None:
        return self.catalog.variants_by_id[row.family_variant_id] if row.family_variant_id is not None else None


def refuse_all(problems: Sequence[Problem]) -> DomainError:
    """One refusal that carries several problems."""
    first = problems[0]
    return Refused(first.code, first.message, first.pointer, problems=problems)
