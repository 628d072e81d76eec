"""Where files come from beside a browser: archives and addresses. Mechanical: no model, no settings."""
