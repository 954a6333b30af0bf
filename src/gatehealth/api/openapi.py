"""Prints the OpenAPI document: `python -m gatehealth.api.openapi`, from which the front end's types are made."""

from __future__ import annotations

import json

from gatehealth.api.app import create_app


def document() -> str:
    """The OpenAPI document as the text of web/openapi.json."""
    return json.dumps(create_app().openapi(), indent=1) + "\n"


if __name__ == "__main__":
    print(document(), end="")
