"""May this file be used here, today? Pure: licence terms in, one verdict with reasons out."""

from assets.rights.verdict import FREE, LicenseTerms, Verdict, judge

__all__ = ["FREE", "LicenseTerms", "Verdict", "judge"]
