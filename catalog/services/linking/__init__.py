"""How files find their products by their names: rules, previews, what is applied, what waits."""
