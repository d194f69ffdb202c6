//! The companion as a function: the real binary under a Runtime API on 127.0.0.1, as Lambda runs it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::edge::loopback::{Loopback, Reply, Request};
use crate::edge::runs;
use crate::sandbox::Sandbox;

/// How long anything may take before a test gives up. Nothing that passes comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the function answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A response.
    Response(Value),
    /// An error: its kind and its message.
    Error(String, String),
}

/// The function, running.
pub struct Function {
    child: Child,
    exchange: Arc<Exchange>,
    lines: Arc<Mutex<Vec<String>>>,
    _api: Loopback,
    _sandbox: Sandbox,
}

/// What Lambda and the function hand to each other.
#[derive(Default)]
struct Exchange {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(String, Vec<u8>, u128)>,
    answers: BTreeMap<String, Answer>,
    invocations: usize,
}

impl Function {
    /// Starts it; `aws` is where it finds AWS, `settings` is its environment besides.
    pub fn start(aws: &str, settings: &[(&str, &str)]) -> Self {
        let exchange = Arc::new(Exchange::default());
        let server = Arc::clone(&exchange);
        let api = Loopback::start(move |request, _| server.serve(request));
        let sandbox = Sandbox::empty();
        let mut command = runs::command(&sandbox, aws, "");
        command.env("AWS_LAMBDA_RUNTIME_API", api.url.trim_start_matches("http://"));
        command.env("AWS_LAMBDA_FUNCTION_NAME", "companion").env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256").envs(settings.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&lines);
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                written.lock().expect("a lock").push(line);
            }
        });
        Self { child, exchange, lines, _api: api, _sandbox: sandbox }
    }

    /// Invokes it with `payload` and `time` to answer in.
    pub fn invoke_bytes(&mut self, payload: &[u8], time: Duration) -> (Answer, Vec<Value>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let request = {
            let mut state = self.exchange.state.lock().expect("a lock");
            state.invocations += 1;
            let request = format!("request-{}", state.invocations);
            state.waiting.push_back((request.clone(), payload.to_vec(), (now + time).as_millis()));
            request
        };
        self.exchange.changed.notify_all();
        let answer = self.wait(|state| state.answers.get(&request).cloned());
        (answer, self.lines_of(&request))
    }

    /// Invokes it with `payload`, and plenty of time; what it answers, and the lines that it logged.
    pub fn invoke(&mut self, payload: &Value) -> (Answer, Vec<Value>) {
        self.invoke_bytes(payload.to_string().as_bytes(), Duration::from_secs(60))
    }

    /// Everything that it logged.
    pub fn log(&self) -> String {
        self.lines.lock().expect("a lock").join("\n")
    }

    /// The lines about one invocation, of which the last one counts.
    fn lines_of(&mut self, request: &str) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let lines = self.lines.lock().expect("a lock").clone();
            let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let ours: Vec<Value> = parsed.filter(|line| line["request"] == request).collect();
            if ours.iter().any(|line| line["message"] == "invocation") {
                return ours;
            }
            assert!(Instant::now() < until, "no last line of {request} in {lines:#?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait<T>(&mut self, found: impl Fn(&State) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut state = self.exchange.state.lock().expect("a lock");
        loop {
            if let Some(found) = found(&state) {
                return found;
            }
            let ended = self.child.try_wait().expect("a child");
            assert!(
                ended.is_none() && Instant::now() < until,
                "it gave no answer ({ended:?}): {}",
                self.log()
            );
            state = self.exchange.changed.wait_timeout(state, Duration::from_millis(50)).expect("a lock").0;
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Exchange {
    fn serve(&self, request: &Request) -> Reply {
        let path = request.line.split(' ').nth(1).unwrap_or_default();
        let path = path.strip_prefix("/2018-06-01/runtime/").unwrap_or_default();
        match path.split('/').collect::<Vec<_>>()[..] {
            ["invocation", "next"] => self.next(),
            ["invocation", id, outcome @ ("response" | "error")] => self.answered(id, outcome, &request.body),
            _ => Reply::json(404, "{}"),
        }
    }

    /// Waits for an invocation, as Lambda lets the function wait.
    fn next(&self) -> Reply {
        let mut state = self.state.lock().expect("a lock");
        loop {
            if let Some((id, payload, deadline)) = state.waiting.pop_front() {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nlambda-runtime-aws-request-id: {id}\r\n\
                     lambda-runtime-deadline-ms: {deadline}\r\nlambda-runtime-trace-id: Root=1-5bef4de7-ad49b0e8\r\n\
                     lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-central-1:111122223333:function:companion\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n",
                    payload.len()
                );
                return Reply::Raw([head.as_bytes(), &payload].concat());
            }
            state = self.changed.wait(state).expect("a lock");
        }
    }

    fn answered(&self, id: &str, outcome: &str, body: &[u8]) -> Reply {
        let body: Value = serde_json::from_slice(body).expect("an answer in JSON");
        let answer = match outcome {
            "response" => Answer::Response(body),
            _ => {
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                Answer::Error(text("errorType"), text("errorMessage"))
            }
        };
        self.state.lock().expect("a lock").answers.insert(id.to_owned(), answer);
        self.changed.notify_all();
        Reply::json(202, r#"{"status":"OK"}"#)
    }
}
