"""The shapes that /api/v1 answers with, a module a resource.

The OpenAPI document and the front end's TypeScript types are made from these.
"""
