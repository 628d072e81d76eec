from typing import Any

from django.core.files.storage import Storage

class S3Storage(Storage):
    bucket_name: str
    bucket: Any
    connection: Any
    def __init__(self, **settings: Any) -> None: ...
    def _normalize_name(self, name: str) -> str: ...
