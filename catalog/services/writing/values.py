"""What a change does to a product's own values: parsed, checked against family and level, compared, recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.families import FamilySpec, FamilyVariantSpec, level_of
from catalog.services.writing.engine import IDENTIFIER, CellsTarget, Engine, Target
from catalog.services.writing.loading import Loaded
from pim.choices import HUMAN_ORIGINS
from pim.errors import Problem, Refused, ValueRefused
from pim.values.keys import split_key
from pim.values.specs import AttributeSpec
from pim.values.targets import find_target

if TYPE_CHECKING:
    from catalog.services.writing.planned import Planned


class ValueChanges:
    """Applies the values, cells and stored values of a change to the planned row."""

    def __init__(self, engine: Engine, loaded: Loaded, origin: str) -> None:
        self.engine = engine
        self.base = engine.catalog.base
        self.loaded = loaded
        self.origin = origin

    def apply(self, planned: Planned, family: FamilySpec | None, variant: FamilyVariantSpec | None) -> None:
        """Change `planned.after.values` and record the delta.

        Raises:
            Refused: with one problem per value that is not accepted.
        """
        change, after = planned.change, planned.after
        problems: list[Problem] = []
        wanted: dict[str, tuple[AttributeSpec, Any]] = {}
        self._parse_values(change.values, wanted, problems)
        if change.cells:
            self._parse_cells(planned, wanted, problems)
        for key, stored in change.stored.items():
            spec = self.base.attribute(split_key(key).attribute)
            if spec is not None:
                wanted[key] = (spec, stored)
        for key in change.clear & after.values.keys():
            spec = self.base.attribute(split_key(key).attribute)
            if spec is not None and key not in wanted:
                wanted[key] = (spec, None)
        if planned.is_new:
            self._add_defaults(after.level, family, variant, wanted)
        if wanted:
            self._merge(planned, family, variant, wanted, problems)
        if problems:
            first = problems[0]
            raise Refused(first.code, first.message, first.pointer, problems=problems)

    def _parse_values(
        self, values: Mapping[str, Any], wanted: dict[str, tuple[AttributeSpec, Any]], problems: list[Problem]
    ) -> None:
        targets = self.engine.targets
        for given, data in values.items():
            try:
                target = targets.get(given) or self._find_target(given)
                if target is not None:
                    key, spec, parse = target
                    wanted[key] = (spec, parse(data))
            except ValueRefused as error:
                problems.append(Problem(error.code, error.message, f"/values/{given}{error.pointer}"))

    def _parse_cells(
        self, planned: Planned, wanted: dict[str, tuple[AttributeSpec, Any]], problems: list[Problem]
    ) -> None:
        targets, values = self.engine.cell_targets, planned.after.values
        for scope, parts in planned.change.cells.items():
            try:
                target = targets.get(scope) or self._find_cells_target(scope)
                if target is not None:
                    key, spec, parse = target
                    wanted[key] = (spec, parse(parts, values.get(key)))
            except ValueRefused as error:
                name = ":".join(part for part in scope if part)
                problems.append(Problem(error.code, error.message, f"/values/{name}{error.pointer}"))

    def _find_target(self, given: str) -> Target | None:
        scope = split_key(given)
        found = self._locate(*scope)
        if found is None:
            return None
        target = (*found, self.engine.parser(found[1]))
        if found[1].code == scope.attribute:
            self.engine.targets[given] = target
        return target

    def _find_cells_target(self, scope: tuple[str, str | None, str | None]) -> CellsTarget | None:
        found = self._locate(*scope)
        if found is None:
            return None
        target = (*found, self.engine.cells_parser(found[1]))
        if found[1].code == scope[0]:
            self.engine.cell_targets[scope] = target
        return target

    def _locate(self, code: str, channel: str | None, locale: str | None) -> tuple[str, AttributeSpec] | None:
        """The flat key and the attribute, after checking that it varies that way; None for the SKU itself."""
        spec = self.base.attribute(code)
        if spec is not None and spec.code == IDENTIFIER:
            return None
        return find_target(self.base, code, channel, locale)

    def _add_defaults(
        self,
        level: int,
        family: FamilySpec | None,
        variant: FamilyVariantSpec | None,
        wanted: dict[str, tuple[AttributeSpec, Any]],
    ) -> None:
        for spec in self.engine.defaults(family):
            if spec.localizable or spec.scopable or spec.code in wanted:
                continue
            if variant is None or level_of(variant, spec.code) == level:
                wanted[spec.code] = (spec, spec.default)

    def _merge(
        self,
        planned: Planned,
        family: FamilySpec | None,
        variant: FamilyVariantSpec | None,
        wanted: dict[str, tuple[AttributeSpec, Any]],
        problems: list[Problem],
    ) -> None:
        after, delta = planned.after, planned.delta
        own = after.values
        before = planned.before.values if planned.before else {}
        editable = self.engine.editable(family, variant, after.level)
        inherited: dict[str, Any] | None = None
        may_write_read_only = self.origin not in HUMAN_ORIGINS
        # A value that its family no longer knows is nobody's business: removing it needs no leave and no review.
        for key, (spec, given) in wanted.items():
            stored = given
            if editable is not None and spec.code not in editable:
                inherited = self._inherited(planned) if inherited is None else inherited
                stored = None if self._is_inherited(planned, key, spec, given, variant, inherited) else given
                if not self._may_hold(planned, key, spec, stored, family, variant, problems):
                    continue
            old = before.get(key)
            if stored is None:
                own.pop(key, None)
                if old is None:
                    delta.pop(key, None)
                    continue
            elif old is not None and self.engine.are_equal(spec, old, stored):
                continue
            else:
                own[key] = stored
            is_purged = stored is None and family is not None and spec.code not in family.members
            if spec.read_only and not may_write_read_only and not is_purged:
                problems.append(Problem("read_only", _("“%s” cannot be edited.") % spec.code, f"/values/{key}"))
            delta[key] = [old, stored]
            if not spec.no_review and not is_purged:
                planned.touches_reviewed = True

    def _inherited(self, planned: Planned) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for row in self.loaded.lineage(planned.after)[:-1]:
            merged.update(row.values)
        return merged

    def _is_inherited(
        self,
        planned: Planned,
        key: str,
        spec: AttributeSpec,
        stored: Any,
        variant: FamilyVariantSpec | None,
        inherited: Mapping[str, Any],
    ) -> bool:
        """Whether an owner below repeats what it inherits, and so need not hold it."""
        value = inherited.get(key)
        is_above = variant is not None and level_of(variant, spec.code) < planned.after.level
        return is_above and value is not None and self.engine.are_equal(spec, value, stored)

    def _may_hold(
        self,
        planned: Planned,
        key: str,
        spec: AttributeSpec,
        stored: Any,
        family: FamilySpec | None,
        variant: FamilyVariantSpec | None,
        problems: list[Problem],
    ) -> bool:
        """Whether a value of an attribute that is edited elsewhere may be kept here; False drops or refuses it."""
        own = planned.before.values.get(key) if planned.before else None
        if stored is None or (own is not None and self.engine.are_equal(spec, own, stored)):
            return stored is None and own is not None
        if family is not None and spec.code not in family.members:
            problems.append(
                Problem(
                    "not_in_family",
                    _("“%(attribute)s” is not an attribute of the family “%(family)s”.")
                    % {"attribute": spec.code, "family": family.code},
                    f"/values/{key}",
                )
            )
            return False
        level = level_of(variant, spec.code) if variant else 0
        if level < planned.after.level:
            if variant is not None and spec.code in variant.overridable:
                return True
            problems.append(
                Problem(
                    "edited_above",
                    _("“%s” is edited on the product model above and inherited here.") % spec.code,
                    f"/values/{key}",
                )
            )
            return False
        problems.append(
            Problem("edited_below", _("“%s” is edited on the variants below.") % spec.code, f"/values/{key}")
        )
        return False
