"""Reads vLLM's flags, an object of JSON a line, and writes what `inline::vllm` says to each, which must refuse them."""

import json
import sys

from fleet_inference.providers.vllm_engine import VllmEngine
from fleet_runtime.config import ConfigError
from fleet_testing.fleet import ENGINE

# vLLM writes to where answers are awaited.
answers, sys.stdout = sys.stdout, sys.stderr

for line in sys.stdin:
    try:
        VllmEngine(VllmEngine.Config(model=ENGINE, engine_args=json.loads(line)))
    except ConfigError as error:
        print(json.dumps(str(error)), file=answers, flush=True)
