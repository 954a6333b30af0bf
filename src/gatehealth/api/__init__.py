"""The HTTP side: /api/v1 over the store, and the pages."""
