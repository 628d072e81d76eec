"""The value engine: what an attribute's value is, in every shape it takes. Pure: no model, no clock, no settings."""
