"""From an owner's values to what a consumer sees: the document, what finds it, and the verdict of the gate. Pure."""
