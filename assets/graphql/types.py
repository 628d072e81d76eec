"""Assets, licences and presets as object types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import graphene

from assets.graphql.pictures import PICTURE_RULE
from assets.graphql.rights import LICENSE, RELEASE
from assets.models import Asset, AssetFamily, Folder, RenditionPreset
from assets.services.documents import describe_verdict
from assets.services.rights.questions import read_question
from assets.services.rights.verdicts import judge_subject
from pim.graphql.nodes import Node, make_id
from pim.graphql.scalars import JSON
from pim.graphql.structure import StructureFields, StructureType


class VersionType(graphene.ObjectType):
    """One uploaded file of an asset."""

    class Meta:
        name = "AssetVersion"

    number = graphene.Int(required=True)
    state = graphene.String(required=True, description="quarantined, ready or failed")
    error = graphene.String(required=True, description="Why the file was refused.")
    filename = graphene.String(required=True)
    media_type = graphene.String(required=True)
    size_bytes = graphene.Float(required=True)
    sha256 = graphene.String(required=True)
    width = graphene.Int()
    height = graphene.Int()
    duration_ms = graphene.Float()
    pages = graphene.Int()
    palette = graphene.List(graphene.NonNull(graphene.String), required=True, description="Main colours as #rrggbb.")
    measures = JSON(required=True, description="What picture rules ask for.")
    created = graphene.DateTime(required=True)
    metadata = JSON(required=True)


class RenditionType(graphene.ObjectType):
    """The address of one rendition."""

    class Meta:
        name = "Rendition"

    preset = graphene.String(required=True)
    format = graphene.String(required=True)
    url = graphene.String(required=True)
    width = graphene.Int(description="Null: it is a document.")
    height = graphene.Int()


class ReasonType(graphene.ObjectType):
    """Why an asset may not be used."""

    class Meta:
        name = "VerdictReason"

    code = graphene.String(required=True)
    message = graphene.String(required=True)


class VerdictType(graphene.ObjectType):
    """Whether an asset may be used today, inside the house."""

    class Meta:
        name = "RightsVerdict"

    allowed = graphene.Boolean(required=True)
    reasons = graphene.List(graphene.NonNull(ReasonType), required=True)
    valid_until = graphene.Date(description="The last day on which a yes holds.")
    changes_on = graphene.Date(description="The next day on which some window begins or is over.")
    needs_watermark = graphene.Boolean(required=True)
    credit = graphene.String(required=True, description="What must stand beside the picture.")


class PictureProblemType(graphene.ObjectType):
    """What a picture rule has against a picture."""

    class Meta:
        name = "PictureProblem"

    code = graphene.String(required=True)
    message = graphene.String(required=True)


class PictureFindingType(graphene.ObjectType):
    """What a channel's rule says of a picture that does not follow it, or could not be judged."""

    class Meta:
        name = "PictureFinding"

    channel = graphene.String(required=True)
    rule = graphene.String(required=True)
    attributes = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Attributes of products that the rule is about; none: all.",
    )
    problems = graphene.List(graphene.NonNull(PictureProblemType), required=True)
    unmeasured = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What nobody has measured yet."
    )


class AssetType(graphene.ObjectType):
    """A picture or document."""

    class Meta:
        name = "Asset"
        interfaces = (Node,)

    model = Asset
    uuid = graphene.UUID(required=True)
    code = graphene.String(required=True)
    kind = graphene.String(required=True)
    stage = graphene.String(required=True)
    labels = JSON(required=True, description="{locale: text}")
    alt = JSON(required=True, description="{locale: text}")
    family = graphene.String(description="The code of its asset family.")
    values = JSON(required=True, description="{attribute: [{locale, channel, data}]}")
    completeness = JSON(required=True, description="{locale: percent}")
    folder = graphene.String(description="The code of its folder.")
    keywords = graphene.List(graphene.NonNull(graphene.String), required=True)
    categories = graphene.List(graphene.NonNull(graphene.String), required=True, description="Codes.")
    digital_source = graphene.String(required=True)
    license = graphene.String(description="The code of its licence; null: it is the house's own.")
    releases = graphene.List(graphene.NonNull(graphene.String), required=True, description="Codes.")
    valid_from = graphene.Date()
    valid_until = graphene.Date()
    crops = JSON(required=True, description="{preset: {left, top, width, height}}")
    focal = JSON(description="{left, top, width, height} as fractions of the picture.")
    version = graphene.Field(VersionType, description="The version that is shown, else the one that waits.")
    is_ready = graphene.Boolean(required=True)
    renditions = graphene.List(
        graphene.NonNull(RenditionType), required=True, preset=graphene.String(), format=graphene.String()
    )
    verdict = graphene.Field(
        VerdictType,
        required=True,
        channel=graphene.String(description="Left out: use inside the house."),
        territory=graphene.String(description="ISO 3166 code; left out: bound to no country."),
        medium=graphene.String(),
        on=graphene.Date(description="Default: today, UTC."),
    )
    picture_findings = graphene.List(
        graphene.NonNull(PictureFindingType), required=True, description="Of the rules of all channels."
    )
    revision = graphene.Int(required=True)
    created = graphene.DateTime(required=True)
    updated = graphene.DateTime(required=True)

    @staticmethod
    def resolve_id(asset: Mapping[str, Any], _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("Asset", asset["uuid"])

    @staticmethod
    def resolve_verdict(
        asset: Mapping[str, Any], _info: graphene.ResolveInfo, on: date | None = None, **asked: str | None
    ) -> Mapping[str, Any]:
        """The verdict for a channel, a country, a medium and a day."""
        if on is None and not any(asked.values()):
            found: Mapping[str, Any] = asset["verdict"]
            return found
        question = read_question({**asked, "on": on.isoformat() if on else None})
        return describe_verdict(judge_subject(asset["subject"], **question))

    @staticmethod
    def resolve_renditions(
        asset: Mapping[str, Any], _info: graphene.ResolveInfo, preset: str | None = None, **arguments: Any
    ) -> list[Mapping[str, Any]]:
        """All, or those of one preset or format."""
        fmt = arguments.get("format")
        return [
            rendition
            for rendition in asset["renditions"]
            if preset in (None, rendition["preset"]) and fmt in (None, rendition["format"])
        ]


class AssetFamilyType(StructureFields, graphene.ObjectType):
    """What is to be known of a kind of asset."""

    class Meta:
        name = "AssetFamily"
        interfaces = (Node,)

    model = AssetFamily
    attributes = graphene.List(graphene.NonNull(graphene.String), required=True, description="Codes, in order.")
    required = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Those that an asset must have."
    )
    requires_alt = graphene.Boolean(required=True, description="Whether a locale needs an alternative text.")


class FolderType(StructureFields, graphene.ObjectType):
    """A folder of the library."""

    class Meta:
        name = "Folder"
        interfaces = (Node,)

    model = Folder
    parent = graphene.String(description="The code of the folder it is in; none at the top.")


class RenditionPresetType(StructureFields, graphene.ObjectType):
    """A named way to draw pictures."""

    class Meta:
        name = "RenditionPreset"
        interfaces = (Node,)

    model = RenditionPreset
    settings = JSON(required=True)
    in_force = JSON(description="The settings by which addresses are given out while the files of new ones are drawn.")
    is_eager = graphene.Boolean(required=True)


STRUCTURE = (
    StructureType(AssetFamilyType, "asset_family", "assets.assetfamily", "asset_family", "asset_families"),
    StructureType(FolderType, "folder", "assets.folder", "folder", "folders", ("path", "depth"), default_sort="path"),
    LICENSE,
    PICTURE_RULE,
    RELEASE,
    StructureType(
        RenditionPresetType,
        "rendition_preset",
        "assets.renditionpreset",
        "rendition_preset",
        "rendition_presets",
        ("is_eager",),
    ),
)
