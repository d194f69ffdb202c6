"""The work of `check` and `package` as today's tools do it, on the same package."""

import os
import sys
import zipfile

import yaml

RESOURCE = {
    "type": "map",
    "required": True,
    "mapping": {
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "resource_file": {"type": "str", "required": True},
        "deploy_method": {"type": "str", "required": True, "enum": ["scp", "stack_set", "rcp"]},
        "deployment_targets": {"type": "map", "required": True, "mapping": {
            "accounts": {"type": "seq", "sequence": [{"type": "any"}]},
            "organizational_units": {"type": "seq", "sequence": [{"type": "str"}]},
        }},
        "parameter_file": {"type": "str"},
        "parameters": {"type": "seq", "sequence": [{"type": "map", "mapping": {
            "parameter_key": {"type": "str", "required": True},
            "parameter_value": {"type": "any", "required": True},
        }}]},
        "regions": {"type": "seq", "sequence": [{"type": "str", "unique": True}]},
        "export_outputs": {"type": "seq", "sequence": [{"type": "map", "mapping": {
            "name": {"type": "str", "required": True},
            "value": {"type": "str", "required": True},
        }}]},
    },
}
SCHEMA = {
    "type": "map",
    "mapping": {
        "region": {"type": "str", "required": True},
        "version": {"type": "date", "required": True},
        "enable_stack_set_deletion": {"type": "bool"},
        "resources": {"type": "seq", "sequence": [RESOURCE]},
    },
}


def manifest(loader):
    with open(os.path.join(sys.argv[2], "manifest.yaml"), encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)


def pykwalify():
    import logging

    from pykwalify.core import Core

    logging.disable(logging.CRITICAL)
    Core(source_data=manifest(yaml.SafeLoader), schema_data=SCHEMA).validate()


def zip_all():
    target = sys.argv[2].rstrip("/") + ".peer.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder, _, names in os.walk(sys.argv[2]):
            for name in names:
                path = os.path.join(folder, name)
                archive.write(path, os.path.relpath(path, sys.argv[2]))


{
    "pyyaml": lambda: manifest(yaml.SafeLoader),
    "pyyaml-c": lambda: manifest(getattr(yaml, "CSafeLoader", yaml.SafeLoader)),
    "pykwalify": pykwalify,
    "zipfile": zip_all,
}[sys.argv[1]]()
