"""Manifests in files, as kubectl reads them: several documents, and Lists of them."""

from collections.abc import Iterator
from typing import Any, TextIO

import click

Document = dict[str, Any]


def read(file: TextIO) -> list[Document]:
    """Every object of the file, YAML or JSON."""
    import yaml

    try:
        return [one for document in yaml.safe_load_all(file) if document for one in _flat(document)]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise click.UsageError(f"{file.name} is not YAML: {said}") from None


def _flat(document: Any) -> Iterator[Document]:
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
        raise click.UsageError("a document without a kind is no manifest")
    if isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _flat(item)
    else:
        yield document
