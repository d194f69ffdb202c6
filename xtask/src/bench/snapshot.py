"""`cfct snapshot` of an organization of 1,000 accounts and 20 stack sets over moto, beside the same requests replayed
as they are, turn about: what the server can do at all. Then of one of 10,000 accounts over a server of canned
answers, for its memory. Prints a line for each."""

import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import boto3
from botocore.config import Config

CFCT, MOTO = sys.argv[1:3]
ACCOUNTS, STACK_SETS, INSTANCES = 1000, 20, 50
LARGE = 10_000
# As many as cfct has calls under way.
CONNECTIONS = 8
ROUNDS = 5
MANAGEMENT = "123456789012"
TEMPLATE = json.dumps({"Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def reply(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def start_moto():
    command = ["python3", os.path.join(MOTO, "bin", "moto_server"), "-H", "127.0.0.1", "-p", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"Running on http://127.0.0.1:(\d+)", line)
        if found:
            # It logs each request, and would wait for a reader.
            threading.Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
            return process, int(found.group(1))
    raise SystemExit("moto does not start")


def fill(port):
    def client(service):
        return boto3.client(
            service,
            region_name="eu-central-1",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 1}, read_timeout=600),
        )

    organizations, cloudformation = client("organizations"), client("cloudformation")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = [
        organizations.create_organizational_unit(ParentId=root, Name=f"unit-{number}")["OrganizationalUnit"]["Id"]
        for number in range(20)
    ]
    accounts = []
    for number in range(ACCOUNTS):
        made = organizations.create_account(AccountName=f"a{number}", Email=f"a{number}@example.com")
        accounts.append(made["CreateAccountStatus"]["AccountId"])
        organizations.move_account(
            AccountId=accounts[-1], SourceParentId=root, DestinationParentId=units[number % len(units)]
        )
    for number in range(STACK_SETS):
        name = f"CustomControlTower-{number}"
        cloudformation.create_stack_set(StackSetName=name, TemplateBody=TEMPLATE)
        cloudformation.create_stack_instances(
            StackSetName=name, Accounts=accounts[:INSTANCES], Regions=["eu-central-1"]
        )


def snapshot(port):
    """Seconds and peak kB of one run."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        start = time.monotonic()
        process = subprocess.Popen(
            [CFCT, "snapshot", "--quiet", "--out", os.path.join(folder, "s.json")],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(process.stderr.read().decode())
        return seconds, usage.ru_maxrss


def recorded(port):
    """The requests of one run."""
    requests, lock = [], threading.Lock()

    class Recorder(Handler):
        def do(self):
            body = self.body()
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            with lock:
                requests.append((self.command, self.path, headers, body))
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self.reply(answer.status, answer.headers["content-type"], answer.read())
            connection.close()

        do_GET = do_POST = do

    snapshot(serve(Recorder))
    return requests


def replay(port, requests):
    """Seconds that the same requests take without anybody to wait for, or to think about, an answer."""
    left, lock = list(requests), threading.Lock()

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                if not left:
                    return
                method, path, headers, body = left.pop()
            connection.request(method, path, body, headers)
            connection.getresponse().read()

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - start


class Canned(Handler):
    """An organization of many accounts, each with an instance of each stack set, page by page."""

    def do_POST(self):
        body = self.body().decode()
        target = self.headers.get("x-amz-target")
        if target:
            answer = json.dumps(self.organizations(target.split(".")[-1], json.loads(body or "{}")))
            self.reply(200, "application/x-amz-json-1.1", answer.encode())
        else:
            form = dict(urllib.parse.parse_qsl(body))
            action = form["Action"]
            text = f"<{action}Response><{action}Result>{self.query(action, form)}</{action}Result></{action}Response>"
            self.reply(200, "text/xml", text.encode())

    def organizations(self, operation, body):
        if operation == "DescribeOrganization":
            return {"Organization": {"Id": "o-1234567890", "MasterAccountId": MANAGEMENT}}
        if operation == "ListRoots":
            return {"Roots": [{"Id": "r-acme", "Name": "Root", "PolicyTypes": []}]}
        if operation == "ListOrganizationalUnitsForParent":
            units = [{"Id": f"ou-acme-{number:08}", "Name": f"unit-{number}"} for number in range(100)]
            return {"OrganizationalUnits": units if body["ParentId"] == "r-acme" else []}
        if operation == "ListAccountsForParent":
            if body["ParentId"] == "r-acme":
                return {"Accounts": [{"Id": MANAGEMENT, "Name": "management", "Status": "ACTIVE"}]}
            first = int(body["ParentId"][-8:]) * (LARGE // 100)
            start, end = int(body.get("NextToken", first)), first + LARGE // 100
            page = [
                {"Id": f"{number:012}", "Name": f"a{number}", "Email": f"a{number}@example.com", "Status": "ACTIVE"}
                for number in range(start, min(start + 20, end))
            ]
            return {"Accounts": page} | ({"NextToken": str(start + 20)} if start + 20 < end else {})
        return {"Policies": []}

    def query(self, action, form):
        if action == "GetCallerIdentity":
            return f"<Arn>arn:aws:iam::{MANAGEMENT}:user/x</Arn><UserId>x</UserId><Account>{MANAGEMENT}</Account>"
        if action == "ListStackSets":
            names = [f"CustomControlTower-{number}" for number in range(STACK_SETS)]
            members = "".join(f"<member><StackSetName>{name}</StackSetName></member>" for name in names)
            return f"<Summaries>{members}</Summaries>"
        if action == "DescribeStackSet":
            return f"<StackSet><StackSetName>{form['StackSetName']}</StackSetName><TemplateBody>{{}}</TemplateBody></StackSet>"
        if action == "ListStackInstances":
            start = int(form.get("NextToken", 0))
            members = "".join(
                f"<member><Account>{number:012}</Account><Region>eu-central-1</Region><Status>CURRENT</Status></member>"
                for number in range(start, start + 100)
            )
            token = f"<NextToken>{start + 100}</NextToken>" if start + 100 < LARGE else ""
            return f"<Summaries>{members}</Summaries>{token}"
        return "<Summaries></Summaries>"


def median(values):
    return sorted(values)[len(values) // 2]


def main():
    process, port = start_moto()
    try:
        fill(port)
        requests = recorded(port)
        ours, theirs, peak = [], [], 0
        for _ in range(ROUNDS):
            seconds, kilobytes = snapshot(port)
            ours.append(seconds)
            peak = max(peak, kilobytes)
            theirs.append(replay(port, requests))
        ours, theirs, count = median(ours), median(theirs), len(requests)
        print(f"{ACCOUNTS:<10} {'snapshot over moto':<34} {ours:>9.3f} {peak / 1000:>9.0f}")
        print(f"{ACCOUNTS:<10} {'peer: the same requests, replayed':<34} {theirs:>9.3f}")
        print(
            f"{ACCOUNTS:<10} {count} requests: {count / ours:.0f}/s and {count / theirs:.0f}/s, "
            f"{100 * theirs / ours:.0f} % of the server's own rate"
        )
    finally:
        process.kill()
        process.wait()
    seconds, kilobytes = snapshot(serve(Canned))
    print(f"{LARGE:<10} {'snapshot of canned answers':<34} {seconds:>9.3f} {kilobytes / 1000:>9.0f}")
    helps = []
    for _ in range(21):
        start = time.monotonic()
        subprocess.run([CFCT, "--help"], stdout=subprocess.DEVNULL, check=True)
        helps.append(time.monotonic() - start)
    print(f"{'':<10} {'cfct --help':<34} {median(helps):>9.3f}")


main()
