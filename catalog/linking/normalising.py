"""How the SKU in a file's name is compared with the SKUs of products."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.skus import SEPARATORS, sku_key

_NO_SEPARATORS = str.maketrans("", "", SEPARATORS)


@dataclass(frozen=True, slots=True)
class SkuForm:
    """What is not minded in a comparison, beside upper and lower case, which never tell SKUs apart.

    Attributes:
        ignores_separators: `AB-12`, `ab_12` and `AB12` are one.
        ignores_zeros: `0012` and `12` are one.
        prefix, suffix: texts that files carry around the SKU and products do not.
    """

    ignores_separators: bool = False
    ignores_zeros: bool = False
    prefix: str = ""
    suffix: str = ""

    def unwrap(self, text: str) -> str:
        """The SKU in a file's name, without what files carry around it; unchanged where nothing would be left."""
        found = text.strip()
        low = found.lower()
        start = len(self.prefix) if self.prefix and low.startswith(self.prefix.lower()) else 0
        end = len(found) - len(self.suffix) if self.suffix and low.endswith(self.suffix.lower()) else len(found)
        return found[start:end].strip() or found

    def normalise(self, key: str) -> str:
        """The form in which two SKU keys (`catalog.skus.sku_key`) are compared; idempotent."""
        if self.ignores_separators:
            key = key.translate(_NO_SEPARATORS)
        if self.ignores_zeros:
            key = key.lstrip("0") or key[-1:]
        return key

    def are_equal(self, text: str, key: str) -> bool:
        """Whether a text from a file's name means the product with this SKU key."""
        return self.normalise(sku_key(text)) == self.normalise(key)
