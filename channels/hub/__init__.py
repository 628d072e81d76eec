"""Typed GraphQL over stored documents: schema, limits, compiled selections and the HTTP protocol, without a database."""
