"""What delivery brings to the management GraphQL schema."""
