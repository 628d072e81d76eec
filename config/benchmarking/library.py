"""A large library: rows that show the same few pictures, filed, tagged and coloured as real ones are, written in bulk."""

from __future__ import annotations

from django.db import connection

from assets.models import Asset, AssetFamily, AssetVersion, Folder, License
from assets.probe.swatches import SWATCHES
from assets.services.deriving import COLOUR_TOKENS, KIND_TOKENS, ORIENTATION_TOKENS, AssetField
from pim.choices import Origin
from pim.services.structure import StructureChange, write_structure
from pim.values.tokens import FILLED, YES, SystemField, text_value, token

WORDS = ("summer", "studio", "detail", "lifestyle", "outdoor", "packshot", "hero", "sale", "wald", "mug")
FOLDERS, FAMILIES, LICENSES = 200, 5, 20
_BRANCHES = 10


def load_library(count: int) -> None:
    """Write so many assets; the pictures that are there already are shown by all of them."""
    folders, families, licenses = _write_structure()
    sample = Asset.objects.with_current().filter(version__isnull=False)[0]
    with connection.cursor() as cursor:
        cursor.execute(_ASSETS, {"n": count, "f": folders, "a": families, "l": licenses, "w": list(WORDS)})
        cursor.execute(_versions_sql(), {"pk": sample.version_id})
        cursor.execute(
            "UPDATE assets_asset a SET version_id = v.id FROM assets_assetversion v WHERE v.asset_id = a.id AND a.version_id IS NULL"
        )
        cursor.execute(_TEXTS)
        cursor.execute(_facets_sql(), {"stage": token(SystemField.STAGE, 0, 0, text_value(sample.stage))})
        cursor.execute("VACUUM ANALYZE")


def _write_structure() -> tuple[list[int], list[int], list[int]]:
    folders = [
        StructureChange(f"b{n}", {"code": f"b{n}", "parent": f"b{n % _BRANCHES}" if n >= _BRANCHES else None})
        for n in range(FOLDERS)
    ]
    kinds = {
        "folder": folders,
        "asset_family": [StructureChange(f"shot_{n}", {"code": f"shot_{n}"}) for n in range(FAMILIES)],
        "license": [StructureChange(f"agency_{n}", {"code": f"agency_{n}"}) for n in range(LICENSES)],
    }
    for kind, changes in kinds.items():
        write_structure(kind, changes, actor=None, origin=Origin.COMMAND, atomic=True)
    keys = (model.objects.order_by("pk").values_list("pk", flat=True) for model in (Folder, AssetFamily, License))
    return tuple(list(rows) for rows in keys)  # type: ignore[return-value]


_ASSETS = (
    """
INSERT INTO assets_asset (id, uuid, code, code_key, kind, stage, crops, keywords, digital_source, folder_id, family_id,
  license_id, revision, created, updated)
SELECT 1000000000 + n, gen_random_uuid(), 'GEN_' || n, 'gen_' || n,
  CASE WHEN n % 20 = 0 THEN 'document' WHEN n % 33 = 0 THEN 'video' ELSE 'image' END, 'received', '{}',
  ARRAY[(%(w)s::text[])[1 + n %% 10], (%(w)s::text[])[1 + n / 7 %% 10]], '',
  (%(f)s::bigint[])[1 + n %% cardinality(%(f)s::bigint[])], (%(a)s::bigint[])[1 + n %% cardinality(%(a)s::bigint[])],
  CASE WHEN n % 3 = 0 THEN (%(l)s::bigint[])[1 + n / 3 %% cardinality(%(l)s::bigint[])] END,
  1, now() - make_interval(secs => n), now() - make_interval(secs => n * 7919 %% 10000000)
FROM generate_series(1, %(n)s) AS g(n)
""".replace("n % 20", "n %% 20")
    .replace("n % 33", "n %% 33")
    .replace("n % 3 ", "n %% 3 ")
)


def _versions_sql() -> str:
    """One version each: all columns of the sample's, except what must be the asset's own."""
    own = {
        "asset_id": "a.id",
        "filename": "a.code || '.png'",
        "dhash": "hashint8extended(a.id, 0)",
        "created": "a.created",
    }
    columns = [str(field.column) for field in AssetVersion._meta.concrete_fields if field.column != "id"]
    values = ", ".join(own.get(column, f'v."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO assets_assetversion ({names}) SELECT {values} FROM assets_asset a"
        " CROSS JOIN assets_assetversion v WHERE v.id = %(pk)s AND a.id > 1000000000"
    )


_TEXTS = """
INSERT INTO assets_assettext (asset_id, search_text)
SELECT id, code_key || ' ' || array_to_string(keywords, ' ') || ' ' || substr(md5(id::text), 1, 12)
FROM assets_asset WHERE id > 1000000000
"""


def _facets_sql() -> str:
    """Tokens as `assets.services.deriving` makes them, by arithmetic."""
    shift = token(1, 0, 0, 0)

    def cases(column: str, values: dict[str, int], field: int) -> str:
        whens = " ".join(f"WHEN '{name}' THEN {token(field, 0, 0, value)}" for name, value in values.items())
        return f"CASE {column} {whens} END"

    words = {word: text_value(word) for word in WORDS}
    colours = ", ".join(str(token(AssetField.COLOUR, 0, 0, COLOUR_TOKENS[name])) for name in SWATCHES)
    shapes = ", ".join(str(token(AssetField.ORIENTATION, 0, 0, value)) for value in ORIENTATION_TOKENS.values())
    parts = [
        cases("a.kind", dict(KIND_TOKENS), SystemField.KIND),
        "%(stage)s",
        str(token(AssetField.READY, 0, 0, YES)),
        str(token(AssetField.MEDIA_TYPE, 0, 0, text_value("image/png"))),
        *(str(token(field, 0, 0, FILLED)) for field in (AssetField.FOLDER, AssetField.KEYWORD, SystemField.FAMILY)),
        f"{AssetField.FOLDER.value} * {shift} + a.folder_id",
        f"{SystemField.FAMILY.value} * {shift} + a.family_id",
        f"CASE WHEN a.license_id IS NOT NULL THEN {token(AssetField.LICENSE, 0, 0, FILLED)} END",
        f"{AssetField.LICENSE.value} * {shift} + a.license_id",
        cases("a.keywords[1]", words, AssetField.KEYWORD),
        cases("a.keywords[2]", words, AssetField.KEYWORD),
        f"(ARRAY[{colours}])[1 + a.id %% {len(SWATCHES)}]",
        f"(ARRAY[{colours}])[1 + a.id / 5 %% {len(SWATCHES)}]",
        f"(ARRAY[{shapes}])[1 + a.id %% {len(ORIENTATION_TOKENS)}]",
    ]
    listed = ", ".join(f"({part})::bigint" for part in parts)
    return (
        "INSERT INTO assets_assetfacet (asset_id, tokens) SELECT a.id,"
        f" (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(ARRAY[{listed}]) AS x(t) WHERE t IS NOT NULL)"
        " FROM assets_asset a WHERE a.id > 1000000000"
    )
