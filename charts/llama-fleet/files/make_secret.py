"""Make the secret of the embedded database, unless it is there: its password, and the URL with it.

Talks to the Kubernetes API as the pod's service account, which may create secrets and read none.
"""

import json
import os
import secrets
import ssl
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

ACCOUNT = Path(os.environ.get("ACCOUNT", "/var/run/account"))
API = os.environ.get("API", "https://kubernetes.default.svc")
NAME = "postgres"
TIMEOUT = 30


def main() -> None:
    """Ask the API server to create it; that it exists already is as good."""
    password = secrets.token_urlsafe(32)
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": NAME},
        "type": "Opaque",
        "stringData": {
            "password": password,
            "DATABASE_URL": f"postgresql://fleet:{password}@{NAME}:5432/fleet",
        },
    }
    request = urllib.request.Request(
        f"{API}/api/v1/namespaces/{os.environ['NAMESPACE']}/secrets",
        json.dumps(secret).encode(),
        {
            "authorization": f"Bearer {(ACCOUNT / 'token').read_text()}",
            "content-type": "application/json",
        },
    )
    context = ssl.create_default_context(cafile=ACCOUNT / "ca.crt")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=context):
            print(f"made the secret {NAME}")
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            sys.exit(f"{error.code}: {error.read().decode()}")
        print(f"the secret {NAME} is there")


if __name__ == "__main__":
    main()
