"""Deploys the package as CfCT would, onto an emulator, and asserts what is there afterwards.

Every stack set of the manifest is created from the packaged template, in the order of the manifest, with
instances in several accounts and Regions. Then every resource of every stack is read back through the API of
its own service and held against the properties that the template came to. A stack's status proves nothing:
the emulator records resources of types that it does not know without creating anything.

Types that its CloudFormation does not know but whose service it has are created through that service's API
with those properties, so the service's own validation applies. What no emulator knows is listed at the end,
and must be exactly what UNKNOWN names.
"""

import argparse
import collections
import glob
import io
import json
import os
import re
import subprocess
import tempfile
import time
import zipfile

import makers
import properties
from cloud import MANAGEMENT, Cloud
from template import Questions, load

# Where packaging puts the backup policies.
POLICIES = "templates/generated/backup-policies.json"
# Of the accounts of a stack set, this many are enough.
ACCOUNTS = 2
# Who gets the templates that no stack set deploys.
SINGLE_ACCOUNTS = ["140000000001", "140000000002"]
PRODUCT_ACCOUNTS = ["140000000003", "140000000004"]
# An operation that has not ended within this time hangs.
PATIENCE_SECONDS = 120

Stack = collections.namedtuple("Stack", "stack_set account region resources")


# What a person writes to Parameter Store before the first run: where the companion's code is.
CODE = f"companion/{'0' * 64}.zip"
BY_HAND = {"/org-backup/companion-code-key": CODE}


class Deployment:
    """A package on its way into one emulated Region, or several."""

    def __init__(self, cloud, package, ids):
        self.cloud = cloud
        self.package = package
        self.ids = ids
        self.parameters = dict(BY_HAND)

    def run(self, inputs):
        """The stacks of every stack set, in order."""
        return [stack for entry in inputs for stack in self.stack_set(entry)]

    def regions(self, regions):
        """Where a stack set goes here: the emulator's own Region, or where it is made only once, that one,
        since other stacks need what it makes."""
        return [self.cloud.region] if self.cloud.region in regions else regions[:1]

    def code(self, bucket, region):
        """The companion's code, where its template looks for it. It is never run here."""
        s3 = self.cloud.client("s3", region=region)
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("bootstrap", "")
        s3.put_object(Bucket=bucket, Key=CODE, Body=code.getvalue())

    def stack_set(self, entry):
        """The stacks of one input of CfCT's state machine."""
        given = entry["ResourceProperties"]
        parameters = {key: self.value(value) for key, value in given["Parameters"].items()}
        regions = self.regions(given["RegionList"])
        if CODE in parameters.values():
            self.code(parameters["ArtifactBucketName"], regions[0])
        stacks = self.deploy(
            given["StackSetName"],
            self.template(given["TemplateURL"]),
            parameters,
            given["AccountList"][:ACCOUNTS],
            regions,
        )
        self.export(given.get("SSMParameters", {}), stacks[0][1])
        return [stack for stack, _ in stacks]

    def alone(self, root):
        """Stacks of the templates that stand alone: the one of a single account, and those of products, with
        the parameters of their examples, in accounts that have nothing else."""
        path = "templates/single-account.yaml"
        stacks = self.deploy_file(root, path, {"AdministratorRoleName": "Administrator"}, SINGLE_ACCOUNTS)
        for path in sorted(glob.glob("portfolios/*/*/v*.yaml", root_dir=root)):
            with open(os.path.join(root, os.path.dirname(path), "example.json"), encoding="utf-8") as file:
                parameters = {one["Key"]: one["Value"] for one in json.load(file)}
            stacks += self.deploy_file(root, path, parameters, PRODUCT_ACCOUNTS)
        return stacks

    def deploy_file(self, root, path, parameters, accounts):
        """A stack in each of the accounts, as a person or Service Catalog makes it."""
        with open(os.path.join(root, path), encoding="utf-8") as file:
            questions = Questions(load(file.read()))
        name = os.path.basename(os.path.dirname(path))
        stacks = []
        for account in accounts:
            cloudformation = self.cloud.client("cloudformation", account)
            made = cloudformation.create_stack(
                StackName=name,
                TemplateBody=questions.body(),
                Parameters=listed(parameters),
                Capabilities=["CAPABILITY_NAMED_IAM"],
            )["StackId"]
            stack = self.await_stack(cloudformation, made)
            stacks.append(self.stack(name, account, self.cloud.region, stack, questions)[0])
        return stacks

    def await_stack(self, cloudformation, made):
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            stack = cloudformation.describe_stacks(StackName=made)["Stacks"][0]
            if stack["StackStatus"] == "CREATE_COMPLETE":
                return stack
            if stack["StackStatus"] != "CREATE_IN_PROGRESS" or time.monotonic() > until:
                raise SystemExit(f"{made}: {stack['StackStatus']}, {stack.get('StackStatusReason')}")
            time.sleep(0.05)

    def deploy(self, name, text, parameters, accounts, regions):
        """The instances of a stack set once they are there, each with the outputs of its stack."""
        questions = Questions(load(text))
        cloudformation = self.cloud.client("cloudformation")
        cloudformation.create_stack_set(
            StackSetName=name,
            TemplateBody=questions.body(),
            Parameters=listed(parameters),
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"],
            AdministrationRoleARN=f"arn:aws:iam::{MANAGEMENT}:role/service-role/AWSControlTowerStackSetRole",
            ExecutionRoleName="AWSControlTowerExecution",
        )
        operation = cloudformation.create_stack_instances(
            StackSetName=name, Accounts=accounts, Regions=regions
        )["OperationId"]
        self.await_operation(name, operation)
        found = []
        for summary in self.instances(name):
            account, region = summary["Account"], summary["Region"]
            cloudformation = self.cloud.client("cloudformation", account, region)
            stack = cloudformation.describe_stacks(StackName=summary["StackId"])["Stacks"][0]
            found.append(self.stack(name, account, region, stack, questions))
        return found

    def template(self, url):
        path = url.split("amazonaws.com/", 1)[1]
        names = [name for name in self.package.namelist() if path.endswith(name)]
        name = max(names, key=len)
        text = self.package.read(name).decode()
        # Units and accounts have other ids in the emulator's organization than in the example.
        for example, here in self.ids.items() if name == POLICIES else ():
            text = text.replace(f'"{example}"', f'"{here}"')
        return text

    def value(self, given):
        text = ",".join(given) if isinstance(given, list) else str(given)
        for name, value in self.parameters.items():
            text = text.replace(f"$[alfred_ssm_{name}]", value)
        if "$[" in text:
            raise SystemExit(f"{text} is not known: the resource that exports it comes later, or not at all")
        return text

    def await_operation(self, name, operation):
        cloudformation = self.cloud.client("cloudformation")
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation)
            status = answer["StackSetOperation"]["Status"]
            if status == "SUCCEEDED":
                return
            if status not in ("RUNNING", "QUEUED") or time.monotonic() > until:
                reasons = [
                    f"{instance['Account']} {instance['Region']}: {instance.get('StatusReason')}"
                    for instance in self.instances(name)
                    if instance.get("StatusReason")
                ]
                raise SystemExit(f"{name}: the operation is {status}\n" + "\n".join(reasons))
            time.sleep(0.05)

    def instances(self, name):
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_instances")
        return [summary for page in pages.paginate(StackSetName=name) for summary in page["Summaries"]]

    def stack(self, name, account, region, stack, questions):
        """A stack with what its resources came to, and its outputs."""
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        answer = self.cloud.client("cloudformation", account, region).describe_stack_resources(
            StackName=stack["StackId"]
        )
        physical = {
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId")
            for resource in answer["StackResources"]
        }
        resources = {
            logical: (kind, values, physical.get(logical))
            for logical, (kind, values) in questions.answers(outputs).items()
        }
        return Stack(name, account, region, resources), outputs

    def export(self, exports, outputs):
        """What CfCT writes to its own Parameter Store, from one account and the first Region."""
        known = {key.lower(): value for key, value in outputs.items()}
        for name, key in exports.items():
            self.parameters[name] = known[key.removeprefix("output_").lower()]


def listed(parameters):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def check(cloud, stacks):
    """Complaints about the stacks, and how many resources of each type were seen to be there."""
    complaints, seen, unknown = [], collections.Counter(), collections.Counter()
    for stack in stacks:
        for logical, (kind, values, physical) in stack.resources.items():
            reader = properties.READERS.get(kind) or made_here(kind)
            if reader is None:
                unknown[kind] += 1
                continue
            where = f"{stack.stack_set} {stack.account} {stack.region} {logical}"
            client = lambda service, stack=stack: cloud.client(service, stack.account, stack.region)
            try:
                differences = reader(client, values, physical)
            except Exception as error:  # the emulator's answer is the complaint
                differences = [f"{type(error).__name__}: {error}"]
            seen[kind] += 1
            complaints.extend(f"{where} ({kind}): {difference}" for difference in differences)
    return complaints, seen, unknown


def made_here(kind):
    """A reader that first creates the resource, for types that the emulator knows by their API alone."""
    maker = makers.MAKERS.get(kind)
    if maker is None:
        return None
    return lambda client, values, _: [] if maker(client, values) else ["it is not there as it was made"]


def json_of(binary, root, *arguments):
    run = subprocess.run([binary, *arguments], cwd=root, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr)
    return json.loads(run.stdout) if run.stdout.startswith("{") else None


def main():
    parser = argparse.ArgumentParser()
    for name in ("cfct", "fakecloud", "root"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    organization = "examples/organization.json"
    with tempfile.TemporaryDirectory() as out:
        json_of(given.cfct, given.root, "--quiet", "package", "--organization", organization, "--out", out)
        with zipfile.ZipFile(f"{out}/custom-control-tower-configuration.zip") as package:
            with tempfile.TemporaryDirectory() as unpacked:
                package.extractall(unpacked)
                inputs = json_of(
                    given.cfct, given.root, "inputs", "--config", unpacked, "--organization", organization
                )["stackset"]["inputs"]
            with open(f"{given.root}/{organization}", encoding="utf-8") as file:
                model = json.load(file)
            complaints, seen, unknown = deploy(given.fakecloud, package, inputs, model, given.root)
    for kind, count in sorted(seen.items()):
        print(f"{count:5}  {kind}")
    for kind, count in sorted(unknown.items()):
        print(f"{count:5}  {kind}: not created ({properties.UNKNOWN.get(kind, 'NOT EXPECTED')})")
    complaints.extend(f"{kind} is neither read back nor named as unknown" for kind in unknown.keys() - properties.UNKNOWN.keys())
    for complaint in complaints:
        print(f"error: {complaint}")
    print(f"{sum(seen.values())} resources of {len(seen)} types are as the templates say" if not complaints else f"{len(complaints)} complaints")
    raise SystemExit(1 if complaints else 0)


def regions_of(inputs):
    """Every Region, in the order of first use."""
    return list(dict.fromkeys(region for entry in inputs for region in entry["ResourceProperties"]["RegionList"]))


def deploy(binary, package, inputs, model, root):
    complaints, seen, unknown = [], collections.Counter(), collections.Counter()
    # One emulator a Region, since all Regions of one share vaults, plans and rules by their names. IAM is
    # global, so each gets what the home Region alone is given, too.
    for region in regions_of(inputs):
        cloud = Cloud(binary, region)
        try:
            ids = cloud.organization(model, package.read(POLICIES).decode())
            deployment = Deployment(cloud, package, ids)
            result = check(cloud, deployment.run(inputs) + deployment.alone(root))
        finally:
            cloud.stop()
        complaints += result[0]
        seen += result[1]
        unknown += result[2]
    return complaints, seen, unknown


if __name__ == "__main__":
    main()
