"""The state machine of stages and transitions: pure, no model, no clock."""
