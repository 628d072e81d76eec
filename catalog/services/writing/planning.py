"""Second step: what each change would make of its product, or why not; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.utils.translation import gettext as _

from catalog.choices import ProductKind
from catalog.extensions import StageRules
from catalog.families import FamilySpec, FamilyVariantSpec, axis_key
from catalog.services.changes import UNSET, ProductChange
from catalog.services.writing.engine import Engine
from catalog.services.writing.loading import Loaded, Row
from catalog.services.writing.placing import Placement
from catalog.services.writing.planned import Planned
from catalog.services.writing.values import ValueChanges
from catalog.skus import clean_sku, sku_key
from pim.choices import Origin
from pim.errors import Conflict, DomainError, NotFound, Problem, Refused


class Planner:
    """Plans the changes of one chunk, in order; later changes see what earlier ones made, once these are accepted."""

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
        self._placement = Placement(self.catalog, loaded, origin)
        self._new_ids = list(reversed(new_ids))
        self._by_uuid = {row.uuid: row for row in loaded.by_id.values()}
        self._group_codes = {pk: code for code, pk in self.catalog.groups.items()}

    def plan(self, change: ProductChange) -> Planned:
        """Plan one change.

        Raises:
            DomainError: the row is refused.
        """
        before = self._find(change)
        after = before.copy() if before else self._new_row(change)
        planned = Planned(change, before, after)
        self._placement.place(planned)
        self._set_fields(planned)
        family, variant = self._family(after), self._variant(after)
        ValueChanges(self.engine, self.loaded, self.origin).apply(planned, family, variant)
        self._set_axes(planned, variant)
        self._set_memberships(planned)
        return planned

    def accept(self, planned: Planned) -> None:
        """Settle stage and revision of a plan that passed every check, and let later changes see it."""
        self._settle_stage(planned)
        planned.after.revision += 1
        self._remember(planned)
        self._move_below(planned.after)

    def forget(self, planned: Planned) -> None:
        """Take an accepted row back, because a later step refused it; what hangs below it is the caller's business."""
        after, before = planned.after, planned.before
        if before is not None:
            if before.parent_id != after.parent_id and after.parent_id is not None:
                self.loaded.children[after.parent_id].remove(after.id)
            self.loaded.add(before)
            self._move_below(before)
            return
        self.loaded.by_id.pop(after.id, None)
        self.loaded.by_key.pop(after.sku_key, None)
        if after.parent_id is not None and after.id in self.loaded.children[after.parent_id]:
            self.loaded.children[after.parent_id].remove(after.id)

    def _find(self, change: ProductChange) -> Row | None:
        named = self._by_uuid.get(change.uuid) if change.uuid else None
        row = self.loaded.by_key.get(sku_key(change.sku))
        if change.uuid and row is not None and row.uuid != change.uuid:
            raise Conflict(
                "other_uuid", _("“%(sku)s” has the UUID %(uuid)s.") % {"sku": row.sku, "uuid": row.uuid}, "/uuid"
            )
        if named is not None and row is None and change.must_be_new:
            raise Conflict("uuid_taken", _("This UUID belongs to “%s”.") % named.sku, "/uuid")
        row = row or named
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
        if change.uuid in self.loaded.binned:
            raise Conflict("uuid_taken", _("This UUID belongs to a product in the recycle bin."), "/uuid")
        return Row(
            self._new_ids.pop(), change.uuid or str(uuid4()), sku, sku_key(sku), kind, None, None, None, None, 0, None, True,
            self.rules.initial(), 0,
        )  # fmt: skip

    def _set_fields(self, planned: Planned) -> None:
        change, after, before = planned.change, planned.after, planned.before
        if change.enabled is not UNSET and change.enabled != after.enabled:
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
        key = axis_key(variant, after.level, after.values, self.engine.comparison_key)
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

    def _move_below(self, model: Row) -> None:
        """What is below a model has the model's root."""
        if model.kind == ProductKind.MODEL:
            for row in self.loaded.descendants(model):
                row.root_id = model.root_id or model.id

    def _family(self, row: Row) -> FamilySpec | None:
        return self.catalog.families_by_id[row.family_id] if row.family_id is not None else None

    def _variant(self, row: Row) -> FamilyVariantSpec | None:
        return self.catalog.variants_by_id[row.family_variant_id] if row.family_variant_id is not None else None


def refuse_all(problems: Sequence[Problem]) -> DomainError:
    """One refusal that carries several problems."""
    first = problems[0]
    return Refused(first.code, first.message, first.pointer, problems=problems)
