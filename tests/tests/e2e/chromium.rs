//! A headless Chromium, driven over a pipe.
//!
//! The DevTools protocol speaks JSON with a zero byte after each message; with `--remote-debugging-pipe`
//! Chromium reads it from descriptor 3 and writes to descriptor 4, so it takes neither a port nor a library.
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, thread};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an answer may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser with one page open.
pub struct Chromium {
    process: Child,
    requests: File,
    messages: Receiver<Value>,
    session: Option<String>,
    next_id: u64,
    /// What the page complained of: exceptions, errors and warnings on the console or of the browser.
    pub complaints: Vec<String>,
    /// The addresses that the page asked for.
    pub fetched: Vec<String>,
    _home: TempDir,
}

impl Chromium {
    /// Starts the browser that `CFCT_CHROMIUM` names, with an empty profile, and opens a file.
    pub fn open(file: &Path, fragment: &str) -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let (requests, answers) = (home.path().join("requests"), home.path().join("answers"));
        let made = Command::new("mkfifo").args([&requests, &answers]).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo runs");
        let process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<requests 4>answers"#])
            .arg(env::var_os("CFCT_CHROMIUM").unwrap_or_else(|| "chromium".into()))
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-pipe", "--user-data-dir=profile", "--window-size=1280,1600"])
            .arg("about:blank")
            .current_dir(home.path())
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        // A pipe opens when both ends do: in the order in which the shell opens them.
        let requests = OpenOptions::new().write(true).open(requests).expect("the pipe to Chromium");
        let answers = File::open(answers).expect("the pipe from Chromium");
        let mut browser = Self {
            process,
            requests,
            messages: listen(answers),
            session: None,
            next_id: 0,
            complaints: Vec::new(),
            fetched: Vec::new(),
            _home: home,
        };
        browser.attach();
        browser.go(file, fragment);
        browser
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached =
            self.call("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// Opens a file, and waits until it is loaded.
    pub fn go(&mut self, file: &Path, fragment: &str) {
        self.navigate(&format!("file://{}{fragment}", file.display()));
    }

    fn navigate(&mut self, url: &str) {
        self.call("Page.navigate", &json!({ "url": url }));
        while self.next()["method"] != "Page.loadEventFired" {}
    }

    /// The value of a JavaScript expression in the page.
    #[track_caller]
    pub fn value(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            &json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        );
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// The texts of the elements that a selector finds.
    pub fn texts(&mut self, selector: &str) -> Vec<String> {
        let texts = self.value(&format!(
            "[...document.querySelectorAll({})].map((found) => found.innerText)",
            json!(selector)
        ));
        texts.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    /// Presses keys, by their names: `ArrowDown`, `/`, `a`.
    pub fn press(&mut self, keys: &[&str]) {
        for key in keys {
            let text = match *key {
                "Enter" => "\r",
                one if one.chars().count() == 1 => one,
                _ => "",
            };
            for kind in ["keyDown", "keyUp"] {
                let event =
                    json!({ "type": kind, "key": key, "text": if kind == "keyDown" { text } else { "" } });
                self.call("Input.dispatchKeyEvent", &event);
            }
        }
    }

    /// Looks as on a device of this width, in the dark or not.
    pub fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", &scheme);
    }

    /// What can be seen of the page as a PNG, in base64.
    pub fn screenshot(&mut self) -> String {
        let shot = self.call("Page.captureScreenshot", &json!({}));
        shot["data"].as_str().unwrap_or_default().to_owned()
    }

    /// Where a screenshot has something on it: squares of 32 pixels, `#` where light and dark meet in one,
    /// `.` where it is plain. Leaves the page, since a page that loads nothing cannot look at an image.
    pub fn ink(&mut self, screenshot: &str) -> String {
        const LOOK: &str = r"(async () => {
            const image = new Image();
            image.src = 'data:image/png;base64,' + SHOT;
            await image.decode();
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.width, image.height];
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            let text = '';
            for (let top = 0; top + 32 <= image.height; top += 32) {
                for (let left = 0; left + 32 <= image.width; left += 32) {
                    const { data } = context.getImageData(left, top, 32, 32);
                    const green = Array.from({ length: 1024 }, (_, at) => data[at * 4 + 1]);
                    text += Math.max(...green) - Math.min(...green) > 48 ? '#' : '.';
                }
                text += '\n';
            }
            return text;
        })()";
        self.navigate("about:blank");
        self.value(&LOOK.replace("SHOT", &json!(screenshot).to_string()))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.next_id += 1;
        let mut request = json!({ "id": self.next_id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.requests.write_all(format!("{request}\0").as_bytes()).expect("Chromium listens");
        loop {
            let message = self.next();
            if message["id"] == self.next_id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
        }
    }

    fn next(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE).expect("Chromium answers");
        let said = &message["params"];
        match message["method"].as_str() {
            Some("Runtime.exceptionThrown") => self.complaints.push(said["exceptionDetails"].to_string()),
            Some("Runtime.consoleAPICalled") => self.complaints.push(said["args"].to_string()),
            Some("Log.entryAdded") => self.complaints.push(said["entry"].to_string()),
            Some("Network.requestWillBeSent") => {
                self.fetched.push(said["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
            _ => {}
        }
        message
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn listen(answers: File) -> Receiver<Value> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for message in BufReader::new(answers).split(0).map_while(Result::ok) {
            let Ok(message) = serde_json::from_slice(&message) else { continue };
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}
