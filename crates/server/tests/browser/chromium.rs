//! A real Chromium, driven by its own driver over W3C WebDriver: a few JSON calls, so no client library.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

/// Key under which WebDriver hands out elements (W3C WebDriver §12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser with one window and a profile of its own.
pub struct Chromium {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    profile: tempfile::TempDir,
}

/// Something on the page.
pub struct Element(String);

impl Chromium {
    /// A fresh browser.
    pub fn start() -> Self {
        let mut driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = said
            .find_map(|line| {
                Some(line.strip_prefix("ChromeDriver was started successfully on port ")?.to_owned())
            })
            .expect("the driver names its port");
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)));
        let agent = ureq::Agent::new_with_config(config.build());
        let profile = tempfile::tempdir().unwrap();
        let driver_url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        let mut browser = Self { driver, agent, session: format!("{driver_url}/session"), profile };
        fs::create_dir(browser.downloads()).unwrap();
        let started = browser.post("", json!({ "capabilities": { "alwaysMatch": browser.capabilities() } }));
        browser.session = format!("{driver_url}/session/{}", started["sessionId"].as_str().unwrap());
        browser
    }

    fn capabilities(&self) -> Json {
        let profile = format!("--user-data-dir={}", self.profile.path().join("profile").display());
        let args = [
            &profile,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1200,900",
            "--lang=en-US",
        ];
        let prefs =
            json!({ "download.default_directory": self.downloads(), "download.prompt_for_download": false });
        json!({ "browserName": "chrome", "goog:chromeOptions": { "args": args, "prefs": prefs } })
    }

    /// Where files are saved.
    pub fn downloads(&self) -> std::path::PathBuf {
        self.profile.path().join("downloads")
    }

    /// Pages run no scripts from now on.
    pub fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }

    /// Makes the page so wide, in CSS pixels.
    pub fn set_width(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// How wide the page's content is, in CSS pixels.
    pub fn content_width(&self) -> u64 {
        self.ask("return document.documentElement.scrollWidth").as_u64().unwrap()
    }

    pub fn open(&self, url: &str) {
        self.post("/url", json!({ "url": url }));
    }

    pub fn url(&self) -> String {
        self.get("/url").as_str().unwrap().to_owned()
    }

    /// Everything that can be read on the page. One question: an element could be gone when it is asked for its text.
    pub fn text(&self) -> String {
        self.ask("return document.body ? document.body.innerText : ''")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub fn text_of(&self, element: &Element) -> String {
        self.get(&format!("/element/{}/text", element.0)).as_str().unwrap_or_default().to_owned()
    }

    /// The first element that the XPath finds.
    pub fn find(&self, xpath: &str) -> Option<Element> {
        self.find_all(xpath).into_iter().next()
    }

    pub fn find_all(&self, xpath: &str) -> Vec<Element> {
        let found = self.post("/elements", json!({ "using": "xpath", "value": xpath }));
        let id = |element: &Json| Element(element[ELEMENT].as_str().unwrap().to_owned());
        found.as_array().unwrap().iter().map(id).collect()
    }

    pub fn attribute(&self, element: &Element, name: &str) -> Option<String> {
        self.get(&format!("/element/{}/attribute/{name}", element.0)).as_str().map(str::to_owned)
    }

    pub fn is_chosen(&self, element: &Element) -> bool {
        self.get(&format!("/element/{}/selected", element.0)).as_bool().unwrap()
    }

    pub fn click(&self, element: &Element) {
        self.post(&format!("/element/{}/click", element.0), json!({}));
    }

    pub fn type_into(&self, element: &Element, text: &str) {
        self.post(&format!("/element/{}/value", element.0), json!({ "text": text }));
    }

    /// Writes a picture of the whole page into `file`.
    pub fn take_picture(&self, file: &Path) {
        let mut whole = self.devtools("Page.getLayoutMetrics", json!({}))["cssContentSize"].clone();
        whole["scale"] = json!(1);
        let picture =
            self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "clip": whole }));
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    fn ask(&self, script: &str) -> Json {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    fn devtools(&self, command: &str, params: Json) -> Json {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }

    fn get(&self, path: &str) -> Json {
        value(path, self.agent.get(format!("{}{path}", self.session)).call())
    }

    fn post(&self, path: &str, body: Json) -> Json {
        value(path, self.agent.post(format!("{}{path}", self.session)).send_json(body))
    }
}

fn value(path: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Json {
    let mut answer = answer.unwrap_or_else(|e| panic!("the driver does not answer {path}: {e}"));
    let ok = answer.status().is_success();
    let body = answer.body_mut().with_config().limit(64 << 20).read_json::<Json>().unwrap();
    assert!(ok, "the driver refuses {path}: {}", body["value"]["message"]);
    body["value"].clone()
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Ends the browser; if the driver is gone, so is its browser.
        let _ended = self.agent.delete(&self.session).call();
        let _killed = self.driver.kill();
        let _reaped = self.driver.wait();
    }
}
