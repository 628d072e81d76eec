"""The management GraphQL API of the catalog."""
