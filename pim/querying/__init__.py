"""The filter language: one tree for every face, one compiler to SQL. Pure: it writes queries and runs none."""
