"""Products as JSON documents: the shape of the management API, read and written by REST, GraphQL and exports."""

from catalog.services.documents.reading import (
    ProductDocument,
    describe_products,
    find_product,
)
from catalog.services.documents.writing import (
    DocumentRow,
    Resource,
    WriteMode,
    delete_documents,
    write_document,
    write_documents,
)

__all__ = [
    "DocumentRow",
    "ProductDocument",
    "Resource",
    "WriteMode",
    "delete_documents",
    "describe_products",
    "find_product",
    "write_document",
    "write_documents",
]
