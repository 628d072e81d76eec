"""The management GraphQL API: the plumbing that every app uses, and the kernel's own types."""
