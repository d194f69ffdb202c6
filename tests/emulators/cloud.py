"""An emulated AWS organization: a fakecloud process, its accounts, and clients into each of them."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

# An account that the emulator has not made within this time is not coming.
PATIENCE_SECONDS = 30
# The management account of the example organization.
MANAGEMENT = "100000000001"

def _without_last_slash(request, **_):
    path, mark, query = request.url.partition("?")
    request.url = path.rstrip("/") + mark + query


class Cloud:
    """One fakecloud process, which stands for one Region: the emulator knows vaults, rules and more by their
    names alone, so that the same name in a second Region is refused or overwrites the first."""

    def __init__(self, binary, region):
        self.region = region
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [binary, "--addr", f"127.0.0.1:{port}", "--account-id", MANAGEMENT, "--region", region]
        self.process = subprocess.Popen(
            command + ["--log-level", "error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.keys = {}
        self.clients = {}
        self._wait()

    def _wait(self):
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/_fakecloud/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise SystemExit("the emulator does not answer")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def client(self, service, account=MANAGEMENT, region=None):
        """A client of an administrator of `account`."""
        key = (service, account, region or self.region)
        if key not in self.clients:
            secret = self._credentials(account)
            self.clients[key] = boto3.client(
                service,
                region_name=key[2],
                endpoint_url=self.url,
                aws_access_key_id=secret["accessKeyId"],
                aws_secret_access_key=secret["secretAccessKey"],
                config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
            )
            if service == "backup":
                # AWS's paths end in a slash here and there, which the emulator takes for another path.
                self.clients[key].meta.events.register("before-sign.backup", _without_last_slash)
        return self.clients[key]

    def _credentials(self, account):
        if account == MANAGEMENT:
            return {"accessKeyId": "test", "secretAccessKey": "test"}
        if account not in self.keys:
            body = json.dumps({"accountId": account, "userName": "deploy"}).encode()
            request = urllib.request.Request(
                f"{self.url}/_fakecloud/iam/create-admin", body, {"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:
                self.keys[account] = json.load(answer)
        return self.keys[account]

    def organization(self, model, policies):
        """Builds the units of `model`, an organization as the toolkit takes it, and the accounts that the text
        `policies` names, and answers with the id that each has here. Accounts that are only deployed to need
        no place in it: the emulator knows any that is named."""
        organizations = self.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        for kind in ("RESOURCE_CONTROL_POLICY", "BACKUP_POLICY"):
            organizations.enable_policy_type(RootId=root, PolicyType=kind)
        ids = {model["root_id"]: root}
        for unit in model["organizational_units"]:
            made = organizations.create_organizational_unit(ParentId=ids[unit["parent"]], Name=unit["name"])
            ids[unit["id"]] = made["OrganizationalUnit"]["Id"]
        for account in model["accounts"]:
            if f'"{account["id"]}"' in policies and account["id"] != MANAGEMENT:
                ids[account["id"]] = self._vend(account, ids[account["parent"]])
        return ids

    def _vend(self, account, parent):
        organizations = self.client("organizations")
        request = organizations.create_account(Email=account["email"], AccountName=account["name"])[
            "CreateAccountStatus"
        ]
        until = time.monotonic() + PATIENCE_SECONDS
        while request["State"] == "IN_PROGRESS":
            if time.monotonic() > until:
                raise SystemExit(f"account {account['name']} is not made")
            time.sleep(0.05)
            request = organizations.describe_create_account_status(CreateAccountRequestId=request["Id"])[
                "CreateAccountStatus"
            ]
        made = request["AccountId"]
        source = organizations.list_parents(ChildId=made)["Parents"][0]["Id"]
        organizations.move_account(AccountId=made, SourceParentId=source, DestinationParentId=parent)
        return made
