"""Help while a composition is written: completion, hover and diagnostics for its marks."""
