"""From a loaded product to its publication in one view: values as approved, the verdict, the document, its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from assets.choices import Medium
from assets.conformance import PictureFacts
from assets.services.references import delivered_assets
from catalog.extensions import StageRules, get_stage_rules
from catalog.families import FamilySpec
from catalog.services.writing.engine import using_pictures
from channels.choices import PublicationState
from channels.mapping.documents import DocumentMapper
from channels.mapping.gate import OwnerState, Reason, Standing, judge
from channels.mapping.indexes import IndexEntry, Indexer
from channels.mapping.links import LinkOwner, OwnedLink, gather_links
from channels.mapping.terms import AssetState, CategoryRef, Subject, ViewReferences
from channels.services.publishing.loading import Batch, Owner
from channels.services.snapshot import DeliveryStructure, ViewSpec
from pim.values.specs import AssetRef


@dataclass(slots=True)
class Built:
    """A publication in the making; `index` is None where it is not live."""

    view: int
    product: int
    uuid: str
    sku: str
    sku_key: str
    is_live: bool
    reasons: list[dict[str, Any]]
    shared: str = ""
    by_locale: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    changes_at: datetime | None = None
    index: IndexEntry | None = None
    is_selected: bool = True
    parent: int | None = None
    root: int | None = None
    links: Sequence[OwnedLink] = ()

    def state(self, before: str | None) -> PublicationState:
        """The state after, given the state before: what consumers have seen is withdrawn, not withheld."""
        if self.is_live:
            return PublicationState.LIVE
        seen = before in (PublicationState.LIVE, PublicationState.WITHDRAWN)
        return PublicationState.WITHDRAWN if seen else PublicationState.WITHHELD


class ViewBuilder:
    """Builds publications of one view; made once per run, since it compiles the families it meets."""

    def __init__(self, view: ViewSpec, structure: DeliveryStructure, *, today: date) -> None:
        self.view = view
        self.terms = view.terms
        self.structure = structure
        self.today = today
        self.rules: StageRules = get_stage_rules()
        self.refs = ViewReferences(structure.catalog.base)
        self.mapper = DocumentMapper(view.terms, self.refs)
        self.indexer = Indexer(view.terms, structure.catalog.base, structure.engine.deriver)
        self._by_code = {category.code: category for category in view.tree.values()}
        self._no_review = frozenset(code for code, spec in structure.catalog.base.attributes.items() if spec.no_review)
        self._files: dict[str, PictureFacts] = {}
        self._asset_attributes = structure.engine.asset_attributes

    def build(self, batch: Batch, products: Iterable[int], selected: Mapping[int, bool] | None) -> list[Built]:
        """Build what the batch holds; three queries for all of its assets.

        Args:
            selected: what the view's own filter says by product; None where the channel's tree decides.
        """
        lineages = {product: batch.lineage(product) for product in products}
        values = {product: self._resolve(lineage) for product, lineage in lineages.items()}
        self._load_assets(values.values())
        return [
            self._build_one(lineage, values[product], None if selected is None else selected.get(product, False))
            for product, lineage in lineages.items()
        ]

    def _build_one(self, lineage: Sequence[Owner], values: dict[str, Any], is_selected: bool | None) -> Built:
        owner = lineage[-1]
        categories = self._categories(lineage)
        if owner.is_deleted or owner.kind == "model" or not self.view.is_active:
            reason = Reason.DELETED if owner.is_deleted or self.view.is_active else Reason.INACTIVE_VIEW
            return self.withhold(owner, [{"code": reason}], is_selected=False)
        standing = self._stand(lineage, values, categories, is_selected)
        verdict = judge(self.terms, standing)
        reasons = list(verdict.reasons)
        if not verdict.locales:
            return self.withhold(owner, reasons, standing.is_selected, verdict.changes_at)
        family = self._family(owner)
        subject = Subject(
            uuid=owner.uuid,
            sku=owner.sku,
            kind=owner.kind,
            family=family.code if family else None,
            parent=lineage[-2].sku if len(lineage) > 1 else None,
            root=lineage[0].sku,
            values=values,
            categories=categories,
            groups=owner.groups,
        )
        document = self.mapper.build(subject, family, verdict.locales)
        index = self.indexer.index(subject, family, verdict.locales)
        links = self._links(lineage)
        models = [ancestor.id for ancestor in lineage[:-1]]
        shared = orjson.dumps(document.shared)
        by_locale = {locale: orjson.dumps(part).decode() for locale, part in document.by_locale.items()}
        return Built(
            view=self.terms.id,
            product=owner.id,
            uuid=owner.uuid,
            sku=owner.sku,
            sku_key=owner.sku_key,
            is_live=True,
            reasons=reasons,
            shared=shared.decode(),
            by_locale=by_locale,
            digest=_digest(shared, by_locale, index, [models, links]),
            changes_at=verdict.changes_at,
            index=index,
            parent=models[-1] if models else None,
            root=models[0] if models else None,
            links=links,
        )

    def withhold(
        self, owner: Owner, reasons: list[dict[str, Any]], is_selected: bool, changes_at: datetime | None = None
    ) -> Built:
        """A publication that is not live, for these reasons."""
        return Built(
            view=self.terms.id,
            product=owner.id,
            uuid=owner.uuid,
            sku=owner.sku,
            sku_key=owner.sku_key,
            is_live=False,
            reasons=reasons,
            digest="",
            changes_at=changes_at,
            is_selected=is_selected,
        )

    def _family(self, owner: Owner) -> FamilySpec | None:
        return self.structure.catalog.families_by_id.get(owner.family_id) if owner.family_id else None

    def _edition(self, owner: Owner) -> bool:
        return self.terms.requires_approval and owner.edition is not None

    def _resolve(self, lineage: Sequence[Owner]) -> dict[str, Any]:
        """Values over the ancestors: as approved where the view asks for approval, `no review` ones as they are."""
        merged: dict[str, Any] = {}
        for owner in lineage:
            if not self._edition(owner) or owner.edition is None:
                merged.update(owner.values)
                continue
            no_review = self._no_review
            merged.update(
                (key, value) for key, value in owner.edition.values.items() if key.partition(":")[0] not in no_review
            )
            merged.update((key, value) for key, value in owner.values.items() if key.partition(":")[0] in no_review)
        return merged

    def _categories(self, lineage: Sequence[Owner]) -> list[CategoryRef]:
        """The categories of the channel's tree that the product or an ancestor is in, in the order of the tree."""
        found: dict[int, CategoryRef] = {}
        for owner in lineage:
            if self._edition(owner) and owner.edition is not None:
                mine = [self._by_code.get(code) for code in owner.edition.categories]
            else:
                mine = [self.view.tree.get(pk) for pk in owner.categories]
            found.update((category.id, category) for category in mine if category)
        return sorted(found.values(), key=lambda category: category.path)

    def _links(self, lineage: Sequence[Owner]) -> Sequence[OwnedLink]:
        """The associations of the product and its ancestors, as approved where the view asks for approval."""
        if not any(owner.links or owner.edition for owner in lineage):
            return ()
        return gather_links(
            (
                LinkOwner(owner.id, owner.sku, owner.uuid),
                owner.edition.links if self._edition(owner) and owner.edition is not None else owner.links,
            )
            for owner in reversed(lineage)
        )

    def _stand(
        self,
        lineage: Sequence[Owner],
        values: dict[str, Any],
        categories: Sequence[CategoryRef],
        is_selected: bool | None,
    ) -> Standing:
        percentages, missing = self._measure(lineage[-1], values)
        return Standing(
            lineage=[
                OwnerState(owner.sku, owner.is_enabled and not owner.is_deleted, self._is_approved(owner), owner.stage)
                for owner in lineage
            ],
            is_selected=bool(categories) if is_selected is None else is_selected,
            percentages=percentages,
            missing=missing,
            assets={uuid: self.refs.assets.get(uuid) for uuid in self._shown_assets(values, lineage[-1])},
        )

    def _is_approved(self, owner: Owner) -> bool:
        if self.rules.is_approved(owner.stage):
            return True
        return owner.edition is not None and self.rules.keeps_edition(owner.stage)

    def _measure(self, owner: Owner, values: dict[str, Any]) -> tuple[dict[str, int] | None, dict[str, list[str]]]:
        family = self._family(owner)
        if family is None:
            return None, {}
        calculator = self.structure.engine.calculator(family)
        with using_pictures(self._files):
            result = calculator.compute(values)
        channel = self.terms.channel
        percentages = {
            slot.locale: percentage
            for slot, percentage in zip(calculator.slots, result.percentages, strict=True)
            if slot.channel == channel
        }
        missing: dict[str, list[str]] = {}
        for lack in result.missing:
            if lack.channel == channel:
                missing.setdefault(lack.locale, []).append(lack.attribute)
        return percentages, missing

    def _load_assets(self, values: Iterable[Mapping[str, Any]]) -> None:
        uuids = {uuid for each in values for uuid in self._named_assets(each)}
        if not uuids:
            self.refs.assets, self._files = {}, {}
            return
        delivered = delivered_assets(
            uuids,
            preset=self.terms.image_preset,
            channel=self.terms.channel,
            territory=self.terms.territory or None,
            medium=Medium.WEB,
            on=self.today,
        )
        self._files = {uuid: asset.facts for uuid, asset in delivered.items()}
        self.refs.assets = {
            uuid: AssetState(
                AssetRef(
                    id=0, uuid=uuid, code="", filename="", media_type="", kind="",
                    width=asset.width, height=asset.height, alt=asset.alt, url=asset.url,
                ),
                asset.is_ready,
                tuple(problem.code for problem in asset.verdict.reasons),
                _midnight(asset.verdict.changes_on),
            )
            for uuid, asset in delivered.items()
        }  # fmt: skip

    def _named_assets(self, values: Mapping[str, Any]) -> Iterable[str]:
        for key, value in values.items():
            if key.partition(":")[0] in self._asset_attributes:
                yield from value if isinstance(value, list) else (value,)

    def _shown_assets(self, values: Mapping[str, Any], owner: Owner) -> Iterable[str]:
        """The assets that the document would name: those of the family's attributes, in this channel."""
        family = self._family(owner)
        if family is None or not self._asset_attributes:
            return
        for key, value in values.items():
            code, _, scope = key.partition(":")
            if code not in self._asset_attributes or code not in family.members:
                continue
            channel, separator, _locale = scope.partition(":")
            if not separator or channel == self.terms.channel:
                yield from value if isinstance(value, list) else (value,)


def _midnight(day: date | None) -> datetime | None:
    """The moment at which a day begins; verdicts turn then."""
    return datetime.combine(day, time.min, UTC) if day else None


def _digest(shared: bytes, by_locale: Mapping[str, str], index: IndexEntry, relations: Sequence[Sequence[Any]]) -> str:
    """What a publication shows and is found by, as 32 characters: equal digests need no write."""
    hashed = hashlib.blake2b(shared, digest_size=16)
    for locale, text in sorted(by_locale.items()):
        hashed.update(f"\0{locale}\0{text}".encode())
    rows = [index.tokens, index.numbers, index.sort_keys, index.search_text, *relations]
    hashed.update(orjson.dumps(rows))
    return hashed.hexdigest()
