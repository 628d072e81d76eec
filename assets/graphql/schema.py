"""What the DAM adds to the management schema."""

from assets.graphql.mutations import AssetMutation
from assets.graphql.pictures import PictureRuleType
from assets.graphql.queries import AssetQuery
from assets.graphql.types import STRUCTURE, AssetFamilyType, AssetType, FolderType, LicenseType, RenditionPresetType
from pim.graphql.structure import make_structure_query

QUERIES = (AssetQuery, make_structure_query("AssetStructureQuery", STRUCTURE))
MUTATIONS = (AssetMutation,)
TYPES = (AssetFamilyType, AssetType, FolderType, LicenseType, PictureRuleType, RenditionPresetType)
