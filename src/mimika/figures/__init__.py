"""Pictures: one style, one module per kind. They take arrays and records, and compute nothing that is not drawn."""
