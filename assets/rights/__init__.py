"""May this file be used here, today? Pure: what was agreed in, one verdict with reasons out."""

from assets.rights.terms import FREE_SUBJECT, Grant, LicenseTerms, ReleaseTerms, Subject, restricts
from assets.rights.verdict import FREE, REASONS, Verdict, judge, next_change, phrase_of, turning_days

__all__ = [
    "FREE",
    "FREE_SUBJECT",
    "REASONS",
    "Grant",
    "LicenseTerms",
    "ReleaseTerms",
    "Subject",
    "Verdict",
    "judge",
    "next_change",
    "phrase_of",
    "restricts",
    "turning_days",
]
