"""The GraphQL face of the DAM."""
