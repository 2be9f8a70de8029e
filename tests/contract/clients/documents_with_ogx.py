"""Keeps files and searches them with ogx-client, whose generated types are strict about answers."""

from documents import Documents
from ogx_client import OgxClient
from scenarios import FACTS, tell

tell(Documents(OgxClient(base_url=FACTS.root)).all())
