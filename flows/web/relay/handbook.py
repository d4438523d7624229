"""A page for people about the relay's operations, made from its OpenAPI document; loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}code{background:#eee;padding:0 .2em}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}</style></head><body>
<h1>{{ title }}</h1>
<p>Bodies are JSON; binary fields are base64. Every operation but <code>/v1/health</code> needs
<code>Authorization: Bearer TOKEN</code>. The machine-readable form is <a href="openapi.json">openapi.json</a>.</p>
{% for operation in operations %}<h2><code>{{ operation.method }} {{ operation.path }}</code></h2>
<p>{{ operation.description }}</p>
<table>{% for status, meaning in operation.answers %}<tr><th>{{ status }}</th><td>{{ meaning }}</td></tr>
{% endfor %}</table>
{% endfor %}</body></html>
"""


def handbook(openapi: Mapping[str, Any]) -> str:
    """The page (HTML) for an OpenAPI document."""
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "description": operation.get("description", ""),
            "answers": [(status, answer["description"]) for status, answer in operation["responses"].items()],
        }
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(title=openapi["info"]["title"], operations=operations)
