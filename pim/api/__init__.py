"""The management REST API: the plumbing that every app uses, and the kernel's own resources."""
