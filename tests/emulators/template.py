"""CloudFormation templates as plain JSON, and what an emulator makes of each property.

A stack tells what its intrinsic functions came to if the values are asked for as outputs. So every leaf of
every resource's properties becomes an output, and the properties are put together again from the answers."""

import json

import yaml


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, and with dates left as text."""


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text):
    """The template of a file's text."""
    return yaml.load(text, _Loader)


ABSENT = {"Ref": "AWS::NoValue"}
# What `Ref` of a resource gives where the emulator does not know its type: the property with its name.
NAMED_BY = {
    "AWS::Backup::Framework": "FrameworkName",
    "AWS::Backup::LogicallyAirGappedBackupVault": "BackupVaultName",
    "AWS::Backup::ReportPlan": "ReportPlanName",
    "AWS::Backup::RestoreTestingPlan": "RestoreTestingPlanName",
    "AWS::CloudTrail::Trail": "TrailName",
}


def is_call(value):
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


class Questions:
    """A template with an output for each leaf of each resource's properties."""

    def __init__(self, template):
        self.template = json.loads(json.dumps(template))
        self.template.setdefault("Conditions", {})
        self.template.setdefault("Outputs", {})
        self.template = self._with_names(self.template)
        self.trees = {}
        for name, resource in list(self.template["Resources"].items()):
            condition = resource.get("Condition")
            self.trees[name] = (
                resource["Type"],
                self._ask(resource.get("Properties", {}), [condition] if condition else []),
                self._condition([condition]) if condition else None,
            )

    def _with_names(self, value):
        """The template with names in the place of references to what the emulator does not know."""
        if isinstance(value, dict):
            if list(value) in (["Ref"], ["Fn::GetAtt"]):
                reference = value.get("Ref") or value["Fn::GetAtt"]
                name = reference if isinstance(reference, str) else reference[0]
                resource = self.template["Resources"].get(name, {})
                named_by = NAMED_BY.get(resource.get("Type"))
                if named_by and (isinstance(reference, str) or reference[1] == named_by):
                    return resource["Properties"][named_by]
            return {key: self._with_names(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._with_names(inner) for inner in value]
        return value

    def body(self):
        return json.dumps(self.template)

    def _condition(self, names):
        """An output that is there only where all the conditions hold."""
        return self._output("yes", names)

    def _output(self, value, conditions):
        key = f"Question{len(self.template['Outputs'])}"
        output = {"Value": value}
        if len(conditions) == 1:
            output["Condition"] = conditions[0]
        elif conditions:
            joint = f"All{len(self.template['Conditions'])}"
            self.template["Conditions"][joint] = {"Fn::And": [{"Condition": name} for name in conditions]}
            output["Condition"] = joint
        self.template["Outputs"][key] = output
        return key

    def _not(self, name):
        negated = f"Not{name}"
        self.template["Conditions"][negated] = {"Fn::Not": [{"Condition": name}]}
        return negated

    def _ask(self, value, conditions):
        if isinstance(value, dict) and list(value) == ["Fn::If"]:
            name, yes, no = value["Fn::If"]
            branches = [(name, yes), (self._not(name), no)]
            return {
                "if": [
                    (self._condition(conditions + [branch]), self._ask(answer, conditions + [branch]))
                    for branch, answer in branches
                ]
            }
        if value == ABSENT:
            return {"absent": True}
        if is_call(value):
            return {"output": self._output(value, conditions)}
        if isinstance(value, dict):
            return {"map": {key: self._ask(inner, conditions) for key, inner in value.items()}}
        if isinstance(value, list):
            return {"list": [self._ask(inner, conditions) for inner in value]}
        return {"value": value}

    def answers(self, outputs):
        """Type and properties of each resource that was created, by logical id."""
        return {
            name: (kind, _answer(tree, outputs))
            for name, (kind, tree, condition) in self.trees.items()
            if condition is None or condition in outputs
        }


_GONE = object()


def _answer(tree, outputs):
    if "if" in tree:
        for condition, branch in tree["if"]:
            if condition in outputs:
                return _answer(branch, outputs)
        return _GONE
    if "absent" in tree:
        return _GONE
    if "output" in tree:
        return outputs[tree["output"]]
    if "map" in tree:
        answered = {key: _answer(inner, outputs) for key, inner in tree["map"].items()}
        return {key: value for key, value in answered.items() if value is not _GONE}
    if "list" in tree:
        answered = [_answer(inner, outputs) for inner in tree["list"]]
        return [value for value in answered if value is not _GONE]
    return tree["value"]
