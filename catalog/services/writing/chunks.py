"""One transaction of the write path: the steps in their order, and what each row of the chunk came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from assets.services.references import asset_refs
from catalog.extensions import ProductFacts, StageRules, edit_guards, get_stage_rules
from catalog.services.changes import ProductChange
from catalog.services.editions import drop_editions, store_editions
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing import conflicts, storing
from catalog.services.writing.derived_tables import store_derived
from catalog.services.writing.deriving import Claims, Derived, ProductDeriver
from catalog.services.writing.engine import Engine, get_engine, using_assets
from catalog.services.writing.links import LinkPlanner, store_links
from catalog.services.writing.loading import Loaded, Row, load_rows
from catalog.services.writing.mirroring import find_owners
from catalog.services.writing.planned import Planned
from catalog.services.writing.planning import Planner, refuse_all
from catalog.services.writing.references import collect_asset_uuids, look_up_categories
from catalog.services.writing.shapes import printable_sku
from catalog.skus import sku_key
from pim import journal
from pim.choices import EntryKind, Origin
from pim.errors import DomainError, Done, Outcome, Problem, Refusal
from pim.models import Job, User

SUBJECT = "product"
"""The journal's name for products, models and variants."""


class Chunk:
    """The steps of one transaction."""

    def __init__(
        self,
        changes: Sequence[ProductChange],
        actor: User | None,
        origin: str,
        job: Job | int | None,
        message: str,
        *,
        dry_run: bool,
    ) -> None:
        self.changes = changes
        self.actor, self.origin, self.job, self.message = actor, origin, job, message
        self.outcome = Outcome(dry_run=dry_run)
        self.catalog = get_catalog_structure()
        self.engine: Engine = get_engine(self.catalog)
        self.loaded: Loaded = load_rows(
            [change.sku for change in changes],
            uuids=[change.uuid for change in changes if change.uuid],
            parents=[change.parent for change in changes if isinstance(change.parent, str)],
            ids=find_owners(changes, self.catalog),
        )

    def write(self) -> Outcome:
        refs = asset_refs(collect_asset_uuids(self.changes, self.loaded, self.engine.asset_attributes))
        with using_assets(refs):
            planned = self._plan()
            planned = self._refuse_taken(planned)
            self._store(planned)
        return self.outcome

    def _plan(self) -> list[Planned]:
        categories, codes = look_up_categories(self.changes, self.loaded)
        planner = Planner(
            self.engine, self.loaded, categories=categories, category_codes=codes, rules=get_stage_rules(),
            origin=self.origin, new_ids=self._take_ids(),
        )  # fmt: skip
        self.planner = planner
        self.links = LinkPlanner(self.catalog, self.changes, self.loaded)
        guarded = self._guarded()
        planned_rows: dict[int, Planned] = {}
        for change in self.changes:
            try:
                planned = planner.plan(change)
                self.links.plan(planned)
                self._check(planned, guarded)
                released = [self._plan_release(planned, owner, guarded) for owner in planned.released]
            except DomainError as error:
                self.outcome.refused.append(Refusal.of(printable_sku(change), error, change.row))
                continue
            if planned.warnings:
                self.outcome.warnings.append(Refusal(planned.after.sku, tuple(planned.warnings), change.row))
            if not planned.delta and not planned.is_new:
                self._count(planned, "updated" if released else "unchanged")
            else:
                self._accept(planned, planned_rows)
            for row in released:
                self._accept(row, planned_rows)
        return list(planned_rows.values())

    def _accept(self, planned: Planned, rows: dict[int, Planned]) -> None:
        self.planner.accept(planned)
        self.links.accept(planned)
        self._merge_repeated(rows, planned)

    def _plan_release(self, planned: Planned, owner: int, guarded: dict[int, Problem]) -> Planned:
        """What becomes of the owner of two-way links that a change removes from the other side.

        Raises:
            DomainError: the owner may not be edited.
        """
        codes = planned.released[owner]
        change = self.links.release(planned.change, self.loaded.by_id[owner], codes, planned.after.sku_key)
        try:
            released = self.planner.plan(change)
            self.links.plan(released)
            self._check(released, guarded)
        except DomainError as error:
            raise type(error)(error.code, error.message, f"/associations/{codes[0]}") from error
        released.caused_by = planned.after.id
        return released

    @staticmethod
    def _check(planned: Planned, guarded: dict[int, Problem]) -> None:
        if planned.delta and planned.before is not None:
            problem = guarded.get(planned.before.id)
            if problem is not None:
                raise refuse_all([problem])
            conflicts.check_revision(planned)

    def _merge_repeated(self, rows: dict[int, Planned], planned: Planned) -> None:
        """A product named twice in a chunk is written once: the later change wins key by key."""
        earlier = rows.get(planned.after.id)
        if earlier is not None:
            planned.before = earlier.before
            for key, pair in earlier.delta.items():
                planned.delta[key] = [pair[0], planned.delta[key][1] if key in planned.delta else pair[1]]
            planned.links = earlier.links | planned.links
            planned.touches_reviewed |= earlier.touches_reviewed
            planned.after.revision = earlier.after.revision
            if planned.caused_by is not None:
                planned.change, planned.caused_by = earlier.change, earlier.caused_by
            elif earlier.caused_by is None:
                self._warn_of_repetition(earlier)
        rows[planned.after.id] = planned

    def _warn_of_repetition(self, earlier: Planned) -> None:
        problem = Problem("given_twice", _("Given twice; the later one was written over this one."), "", "warning")
        self.outcome.warnings.append(Refusal(earlier.after.sku, (problem,), earlier.change.row))

    def _take_ids(self) -> list[int]:
        missing = sum(sku_key(change.sku) not in self.loaded.by_key for change in self.changes)
        if not missing:
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('catalog_product_id_seq') FROM generate_series(1, %s)", [missing])
            return [row[0] for row in cursor.fetchall()]

    def _guarded(self) -> dict[int, Problem]:
        if self.origin == Origin.UNDO or not len(edit_guards):
            return {}
        families = self.catalog.families_by_id
        facts = [
            ProductFacts(
                row.id,
                row.sku,
                row.kind,
                families[row.family_id].code if row.family_id else None,
                row.stage,
                row.enabled,
            )
            for row in self.loaded.by_id.values()
        ]
        problems: dict[int, Problem] = {}
        for guard in edit_guards.values():
            problems.update(guard.check(facts, actor=self.actor, origin=self.origin))
        return problems

    def _refuse_taken(self, planned: list[Planned]) -> list[Planned]:
        """Refuse rows whose unique values another product has, and what depends on them, until none is."""
        self.deriver = ProductDeriver(self.engine)
        self.claims = self._claim(planned)
        while taken := conflicts.find_taken(list(self.claims.values())):
            refused = {row.after.id: self._claims(taken[row.after.id]) for row in planned if row.after.id in taken}
            if not refused:
                conflicts.drop_claims(list(self.claims.values()), taken)
                break
            planned = self._without(planned, refused)
            self.claims = self._claim(planned)
        return planned

    def _claims(self, claims: Sequence[tuple[int, str, str]]) -> tuple[Problem, ...]:
        attributes = self.catalog.base.attributes_by_id
        return tuple(
            Problem(
                "not_unique",
                _("“%(value)s” is the %(attribute)s of another product already%(sku)s.")
                % {"value": value, "attribute": attributes[attribute].code, "sku": f" ({sku})" if sku else ""},
                f"/values/{attributes[attribute].code}",
            )
            for attribute, value, sku in claims
        )

    def _without(self, planned: Sequence[Planned], refused: dict[int, tuple[Problem, ...]]) -> list[Planned]:
        """Take rows back, with those that were to hang below or point at one that is not created now."""
        refused = refused | {row.after.id: () for row in planned if row.caused_by in refused}
        while True:
            gone = {row.after.id for row in planned if row.is_new and row.after.id in refused}
            found = {row.after.id: (problem,) for row in planned if (problem := _dependence(row, gone))}
            if found.keys() <= refused.keys():
                break
            refused = found | refused
        kept: list[Planned] = []
        for row in reversed(planned):
            if row.after.id in refused:
                self.planner.forget(row)
            else:
                kept.append(row)
        self.outcome.refused += [
            Refusal(row.after.sku, refused[row.after.id], row.change.row)
            for row in planned
            if refused.get(row.after.id)
        ]
        return kept[::-1]

    def _claim(self, planned: Sequence[Planned]) -> dict[int, Claims]:
        """The claims of every product that is to be derived: those planned, and what is below them."""
        rows = {row.after.id: self.loaded.by_id[row.after.id] for row in planned}
        for row in planned:
            if not row.is_new and row.after.kind == "model":
                rows.update((below.id, below) for below in self.loaded.descendants(row.after))
        return {pk: self.deriver.claim(row) for pk, row in rows.items()}

    def _derive(self, rows: Iterable[Row]) -> list[Derived]:
        return [self.deriver.derive(row, self.loaded, self.claims[row.id]) for row in rows]

    def _store(self, planned: Sequence[Planned]) -> None:
        if not planned:
            return
        ordinals = self.catalog.locale_ordinals
        new = sorted((row.after for row in planned if row.is_new), key=lambda row: row.sku_key)
        pairs = [(row.before, row.after) for row in planned if row.before is not None]
        rules = get_stage_rules()
        store_editions(planned, self.loaded, self.planner.category_codes, rules)
        drop_editions(
            [row.after.id for row in planned if "@stage" in row.delta and _is_released(row.after.stage, rules)]
        )
        new_ids = {row.id for row in new}
        derived = self._derive(self.loaded.by_id[pk] for pk in self.claims if pk not in new_ids)
        if new:
            storing.insert_products(new, ordinals, meanwhile=lambda rows: derived.extend(self._derive(rows)))
        if pairs:
            storing.update_products(pairs, ordinals)
        store_derived(derived, new_ids=new_ids)
        store_links(planned)
        for row in planned:
            if row.caused_by is None:
                self._count(row, "created" if row.is_new else "updated")
        journal.write_entries(
            [
                journal.Line(
                    SUBJECT, row.after.uuid, row.after.sku, _entry_kind(row),
                    row.after.revision, {**row.delta, **({"@kind": [None, row.after.kind]} if row.is_new else {})},
                )
                for row in planned
            ],
            actor=self.actor, origin=self.origin, job=self.job, message=self.message,
        )  # fmt: skip

    def _count(self, planned: Planned, kind: str) -> None:
        setattr(self.outcome, kind, getattr(self.outcome, kind) + 1)
        after = planned.after
        self.outcome.results.append(Done(after.sku, kind, after.uuid, after.revision, planned.change.row))


def _dependence(planned: Planned, gone: set[int]) -> Problem | None:
    """Why a row cannot be written when these products are not created."""
    if planned.after.parent_id in gone:
        return Problem("unknown_parent", _("The product model above was refused."), "/parent")
    if any(link.target_id in gone for links in planned.links.values() for link in links):
        return Problem("unknown_target", _("A product that it is associated with was refused."), "/associations")
    return None


def _is_released(stage: str, rules: StageRules) -> bool:
    """Whether a product that enters this stage has no approved copy beside the working copy any more."""
    return rules.is_approved(stage) or not rules.keeps_edition(stage)


def _entry_kind(planned: Planned) -> EntryKind:
    if planned.is_new:
        return EntryKind.CREATE
    return EntryKind.TRANSITION if planned.delta.keys() == {"@stage"} else EntryKind.UPDATE
