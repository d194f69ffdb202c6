//! fakecloud as a process of its own.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use cfct_aws::Settings;
use serde_json::{Value, json};

use crate::edge::contract::{MANAGEMENT, REGIONS};
use crate::edge::fill;
use crate::edge::loopback::{Loopback, Reply, Request, forward};
use crate::edge::moto::refused_copy;
use crate::edge::runs;

/// A running fakecloud. It ends with its last use.
pub struct Fakecloud {
    child: Child,
    url: String,
}

impl Fakecloud {
    /// Starts one. `cargo xtask test` says where it is.
    pub fn start() -> Self {
        let binary =
            std::env::var_os("CFCT_FAKECLOUD").expect("CFCT_FAKECLOUD names the binary of fakecloud");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let mut command = Command::new(binary);
        command.args(["--addr", &free.to_string(), "--account-id", MANAGEMENT, "--region", REGIONS[0]]);
        command.args(["--log-level", "error"]).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("fakecloud runs");
        while TcpStream::connect(free).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, url: format!("http://{free}") }
    }

    /// A server in front of it, which mends what would keep the SDK from asking at all: AWS's own paths end in a
    /// slash here and there, which fakecloud takes for another path; and where AWS says nothing, that is `{}`,
    /// not `null`; and the preconditions of CopyObject.
    pub fn like_aws(&self) -> Loopback {
        let url = self.url.clone();
        Loopback::start(move |request, _| {
            if let Some(refused) = refused_copy(request, &url) {
                return refused;
            }
            let line = without_last_slash(&request.line);
            let answer = forward(&Request { line, ..request.clone() }, &url);
            match answer.ends_with(b"\r\n\r\nnull") {
                true => Reply::json(200, "{}"),
                false => Reply::Raw(answer),
            }
        })
    }

    /// Fills it with the scene; with the role that the toolkit takes in other accounts.
    pub async fn fill(&self, through: &Loopback) {
        let sdk: SdkConfig = runs::sdk(&through.url);
        let accounts = fill::scene(&sdk, &fill::s3(&sdk), &self.key()).await;
        self.open(&sdk, &accounts[0]).await;
    }

    /// A key, which its S3 wants to be there.
    fn key(&self) -> String {
        let scope = format!("Credential=test/20260101/{}/kms/aws4_request", REGIONS[0]);
        let signature = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let header = [("x-amz-target", "TrentService.CreateKey"), ("authorization", &signature)];
        let made = self.post("/", &header, &json!({}));
        made["KeyMetadata"]["Arn"].as_str().expect("an ARN").to_owned()
    }

    fn post(&self, path: &str, header: &[(&str, &str)], body: &Value) -> Value {
        let (host, body) = (self.url.trim_start_matches("http://"), body.to_string());
        let length = body.len().to_string();
        let own = [("host", host), ("content-length", &length), ("content-type", "application/json")];
        let header = own.iter().chain(header).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let line = format!("POST {path} HTTP/1.1");
        let answer = forward(&Request { line, header: header.collect(), body: body.into_bytes() }, &self.url);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer");
        serde_json::from_str(body).expect("JSON")
    }

    /// Lets the management account into this one, as Control Tower does.
    async fn open(&self, sdk: &SdkConfig, account: &str) {
        let body = json!({ "accountId": account, "userName": "test" });
        let keys = self.post("/_fakecloud/iam/create-admin", &[], &body);
        let key = |name: &str| keys[name].as_str().expect("a key").to_owned();
        let there = Credentials::new(key("accessKeyId"), key("secretAccessKey"), None, None, "test");
        let there = sdk.clone().into_builder().credentials_provider(SharedCredentialsProvider::new(there));
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{MANAGEMENT}:root") },
            "Action": "sts:AssumeRole",
        }]});
        let client = aws_sdk_iam::Client::new(&there.build());
        let request = client.create_role().role_name(Settings::EXECUTION_ROLE);
        request.assume_role_policy_document(trust.to_string()).send().await.expect("created");
    }
}

fn without_last_slash(line: &str) -> String {
    let mut words = line.splitn(3, ' ');
    let (method, target, version) = (words.next(), words.next().unwrap_or("/"), words.next());
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let path = if path == "/" { path } else { path.trim_end_matches('/') };
    format!("{} {path}{query} {}", method.unwrap_or_default(), version.unwrap_or_default())
}

impl Drop for Fakecloud {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
