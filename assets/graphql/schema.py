"""What the DAM adds to the management schema."""

from assets.graphql.collections import CollectionMutation, CollectionQuery, CollectionType
from assets.graphql.comments import AssetCommentMutation, AssetCommentQuery, AssetCommentType
from assets.graphql.mutations import AssetMutation
from assets.graphql.pictures import PictureRuleType
from assets.graphql.queries import AssetQuery
from assets.graphql.rights import LicenseType, ReleaseType
from assets.graphql.sharing import ShareLinkType, ShareMutation, ShareQuery
from assets.graphql.types import STRUCTURE, AssetFamilyType, AssetType, FolderType, RenditionPresetType
from pim.graphql.structure import make_structure_query

QUERIES = (
    AssetQuery,
    AssetCommentQuery,
    CollectionQuery,
    ShareQuery,
    make_structure_query("AssetStructureQuery", STRUCTURE),
)
MUTATIONS = (
    AssetMutation,
    AssetCommentMutation,
    CollectionMutation,
    ShareMutation,
)
TYPES = (
    AssetCommentType,
    AssetFamilyType,
    AssetType,
    CollectionType,
    FolderType,
    LicenseType,
    PictureRuleType,
    ReleaseType,
    RenditionPresetType,
    ShareLinkType,
)
