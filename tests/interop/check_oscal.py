#!/usr/bin/python3
"""An OSCAL document against its schema, by the jsonschema module, and what the schema does not
say: check_oscal.py SCHEMA FILE. No UUID names two things, and each that is referred to is there."""
import json
import sys

import jsonschema

# Classes of Unicode, which Python's expressions do not know by these names.
text = open(sys.argv[1], encoding="utf-8").read().replace("\\\\p{L}", "[^\\\\W\\\\d_]").replace("\\\\p{N}", "\\\\d")
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
jsonschema.Draft7Validator(json.loads(text), format_checker=jsonschema.FormatChecker()).validate(document)

named, referred = [], []


def walk(value):
    if isinstance(value, list):
        for item in value:
            walk(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "uuid":
                named.append(item)
            elif name.endswith("-uuid"):
                referred.append(item)
            elif name.endswith("-uuids"):
                referred.extend(item)
            else:
                walk(item)


walk(document)
assert len(named) == len(set(named)), "a UUID names two things"
assert set(referred) <= set(named), "a UUID refers to nothing"
