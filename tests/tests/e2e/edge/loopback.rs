//! An HTTP server on 127.0.0.1 that answers the real SDK as a test wants it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// The first line.
    pub line: String,
    /// The header, names in lower case.
    pub header: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The operation: the target of AWS's JSON protocol, or the action of its query protocol.
    pub fn operation(&self) -> String {
        if let Some(target) = self.header.get("x-amz-target") {
            return target.rsplit('.').next().unwrap_or_default().to_owned();
        }
        let body = String::from_utf8_lossy(&self.body);
        let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
        action.map_or_else(|| self.line.clone(), str::to_owned)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status, a media type and a body.
    Answer(u16, &'static str, String),
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// The connection is closed without a word.
    Reset,
}

impl Reply {
    /// An answer in AWS's JSON protocol.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Answer(status, "application/x-amz-json-1.1", body.to_owned())
    }

    /// An answer in AWS's query protocol.
    pub fn xml(status: u16, body: &str) -> Self {
        Self::Answer(status, "text/xml", body.to_owned())
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Answer(status, kind, body) => {
                let head = format!(
                    "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\nx-amzn-requestid: request-1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                [head.as_bytes(), body.as_bytes()].concat()
            }
            Self::Raw(bytes) => bytes,
            Self::Reset => Vec::new(),
        }
    }
}

/// A server. Its thread ends with the process.
pub struct Loopback {
    /// Where it listens.
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Loopback {
    /// One that answers each request by `answer`, which is told the request's number from 0.
    pub fn start(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen, count) = (Arc::new(answer), Arc::clone(&requests), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, seen, count) = (Arc::clone(&answer), Arc::clone(&seen), Arc::clone(&count));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let number = count.fetch_add(1, Ordering::SeqCst);
                    seen.lock().expect("a lock").push(request.clone());
                    // Whoever asked may be gone.
                    let _ = (&stream).write_all(&answer(&request, number).bytes());
                });
            }
        });
        Self { url, requests }
    }

    /// What was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("a lock").clone()
    }

    /// The operations that were asked for, in order.
    pub fn operations(&self) -> Vec<String> {
        self.requests().iter().map(Request::operation).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut header = BTreeMap::new();
    loop {
        let mut field = String::new();
        reader.read_line(&mut field).ok()?;
        let Some((name, value)) = field.trim_end().split_once(':') else { break };
        header.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = header.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line: line.trim_end().to_owned(), header, body })
}

/// Passes a request on to the server at `url` and returns its answer as it is.
#[cfg(feature = "emulators")]
pub fn forward(request: &Request, url: &str) -> Vec<u8> {
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server is there");
    let mut head = format!("{}\r\n", request.line);
    for (name, value) in request.header.iter().filter(|(name, _)| *name != "connection") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&request.body)).expect("it listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    answer
}
