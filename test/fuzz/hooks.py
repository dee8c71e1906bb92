# What schemathesis is told of this product: which things there are, and that webhooks go nowhere outside this machine.
import json
import os
import random

import schemathesis

# Of a path's parameter, by its place in the path: things that are there, so that requests get further than "404".
KNOWN = json.loads(os.environ["FUZZ_KNOWN"])


@schemathesis.serializer("application/jsonl")
def as_text(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def before_call(context, case, **kwargs):
    if isinstance(case.body, dict) and isinstance(case.body.get("url"), str):
        case.body["url"] = os.environ["FUZZ_WEBHOOK_URL"]
    # What is deleted would be missing afterwards; those of its own making are deleted by the stateful phase.
    if case.operation.method.upper() == "DELETE":
        return
    for name in case.path_parameters or {}:
        known = KNOWN.get(f"{case.operation.path.split('/')[1]} {name}")
        # By the case itself, so that the same seed sends the same requests.
        if known and random.Random(repr(case.path_parameters)).random() < 0.75:
            case.path_parameters[name] = known
