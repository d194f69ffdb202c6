//! moto, as a process of its own on 127.0.0.1, filled with the scene of the contract tests.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use aws_config::SdkConfig;

use crate::edge::contract::KEY;
use crate::edge::fill;
use crate::edge::loopback::{Loopback, Reply, Request, forward};
use crate::edge::runs;

/// A running moto. It ends with its last use.
pub struct Moto {
    child: Child,
    /// Where it listens.
    pub url: String,
}

impl Moto {
    /// Starts one. `cargo xtask test` says where it is.
    pub fn start() -> Self {
        let folder =
            PathBuf::from(std::env::var_os("CFCT_MOTO").expect("CFCT_MOTO names the folder of moto"));
        let mut command = Command::new("python3");
        command.arg(folder.join("bin").join("moto_server")).args(["-H", "127.0.0.1", "-p", "0"]);
        command.env("PYTHONPATH", &folder).env("PYTHONDONTWRITEBYTECODE", "1").env("NO_COLOR", "1");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("python3 runs");
        let mut said = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let url = said
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()))
            .expect("moto says where it listens");
        // It logs each request, and would wait for a reader.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, url }
    }

    /// A server in front of it that adds what it leaves out of S3, and counts.
    pub fn like_aws(&self) -> Loopback {
        let url = self.url.clone();
        Loopback::start(move |request, _| answer(request, &url))
    }

    /// The SDK over it.
    pub fn sdk(&self) -> SdkConfig {
        runs::sdk(&self.url)
    }

    /// A client of its S3.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        fill::s3(&self.sdk())
    }

    /// Fills it with the scene.
    pub async fn fill(&self) {
        fill::scene(&self.sdk(), &self.s3(), KEY).await;
    }
}

/// The answer of the moto at `url`, as S3 would give it. What moto 5.2.5 does otherwise is mended here, so that
/// the tests over it are about what AWS documents: the preconditions of CopyObject, and the name of the answer
/// to ListParts.
pub fn answer(request: &Request, url: &str) -> Reply {
    if let Some(refused) = refused_copy(request, url) {
        return refused;
    }
    let answer = forward(request, url);
    if !(request.line.starts_with("GET /") && request.line.contains("uploadId=")) {
        return Reply::Raw(answer);
    }
    let text = String::from_utf8_lossy(&answer).into_owned();
    match text.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => {
            Reply::xml(200, &body.replace("ListPartsResponse", "ListPartsResult"))
        }
        _ => Reply::Raw(answer),
    }
}

/// CopyObject in moto looks at neither If-Match nor If-None-Match; nor does that of fakecloud.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub fn refused_copy(request: &Request, url: &str) -> Option<Reply> {
    request.header.get("x-amz-copy-source")?;
    let (wanted, unwanted) = (request.header.get("if-match"), request.header.get("if-none-match"));
    let (_, rest) = request.line.split_once(' ')?;
    let mut header = request.header.clone();
    header.retain(|name, _| !name.starts_with("if-") && !name.starts_with("x-amz-copy"));
    let present = forward(&Request { line: format!("HEAD {rest}"), header, body: Vec::new() }, url);
    let present = String::from_utf8_lossy(&present).to_ascii_lowercase();
    let is_there = present.starts_with("http/1.1 200");
    let etag = present.lines().find_map(|line| line.strip_prefix("etag:")).map(str::trim);
    let holds = match (wanted, unwanted) {
        (Some(wanted), _) => is_there && etag == Some(wanted.as_str()),
        (None, Some(_)) => !is_there,
        (None, None) => true,
    };
    let body = "<Error><Code>PreconditionFailed</Code><Message>At least one of the preconditions you specified \
                did not hold.</Message></Error>";
    (!holds).then(|| Reply::xml(412, body))
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
