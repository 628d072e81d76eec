"""The storage and the database are held against each other, both ways: what nobody knows goes, what is missing is healed."""
