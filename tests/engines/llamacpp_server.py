"""`python llamacpp_server.py MODEL PORT`: llama.cpp's own server on a GGUF file, until somebody ends it."""

import signal
import sys
from pathlib import Path

import xllamacpp


def parameters(model: str, port: str) -> xllamacpp.CommonParams:
    """Return the settings of a small server."""
    made = xllamacpp.CommonParams()
    made.model.path = model
    made.hostnames = ["127.0.0.1"]
    made.port = int(port)
    made.n_parallel = 2
    made.n_ctx = 2 * 1024
    made.n_gpu_layers = 0
    made.cpuparams.n_threads = made.cpuparams_batch.n_threads = 1
    made.endpoint_metrics = True
    # It finds out from the template what calls of tools look like, and that of the model knows none.
    made.use_jinja = True
    made.chat_template = Path(__file__).with_name("chat_template.jinja").read_text()
    return made


if __name__ == "__main__":
    server = xllamacpp.Server(parameters(*sys.argv[1:]))
    signal.pause()
