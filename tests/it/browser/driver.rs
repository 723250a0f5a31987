//! A headless Chromium behind ChromeDriver, started on a free port of this machine and ended by its
//! process group whatever becomes of the test. It knows pages and keys, and no text of ours.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    panic::Location,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::Engine as _;
use serde_json::{Value, json};
use thirtyfour::{
    By, Capabilities, ChromiumLikeCapabilities as _, DesiredCapabilities, Key, WebDriver,
    WebElement,
};

/// Version of axe-core that `tests/run` fetches.
const AXE: &str = "axe-core-4.14.1";
/// Longest time until a page shows what it must.
const LIMIT: Duration = Duration::from_secs(30);

/// ChromeDriver and the browser it starts. Dropping it ends them all.
struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: apt-get install chromium chromium-driver");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        let mut driver = Self { child, address: String::new() };
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, rest) = line.split_once("started successfully on port ")?;
                Some(rest.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says where it listens");
        driver.address = format!("http://127.0.0.1:{port}");
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // the group: the browser it started goes with it
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-s", "KILL", "--", &group]).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with one window.
pub struct Browser {
    pub driver: WebDriver,
    base: String,
    axe: String,
    _process: Driver,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A fresh one, which knows no host but this machine.
    pub async fn start(base: &str) -> Self {
        let process = Driver::start();
        let profile = tempfile::tempdir().expect("a folder");
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            wanted.add_arg(argument).expect("an argument");
        }
        let mut wanted: Capabilities = wanted.into();
        wanted.set("goog:loggingPrefs", json!({ "performance": "ALL" })).expect("a capability");
        let driver = WebDriver::new(&process.address, wanted).await.expect("a browser");
        let browser = Self {
            driver,
            base: base.to_owned(),
            axe: String::new(),
            _process: process,
            _profile: profile,
        };
        browser.size(1280, false).await;
        browser.go("about:blank").await;
        browser.requests().await; // those of the browser's own first page
        browser
    }

    /// With axe-core at hand.
    pub fn with_axe(mut self) -> Self {
        let path = axe_path();
        self.axe = std::fs::read_to_string(&path).unwrap_or_else(|_| {
            panic!("axe-core is not at {}: run tests/run once, which fetches it", path.display())
        });
        self
    }

    /// Ends the browser in order.
    pub async fn close(self) {
        let _ = self.driver.quit().await; // it is killed if it does not
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(method, parameters).await.expect("DevTools answers")
    }

    /// The size of the screen.
    pub async fn size(&self, width: u32, mobile: bool) {
        let metrics =
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A screen with the colour scheme the reader prefers, and no motion.
    pub async fn scheme(&self, scheme: &str) {
        self.media("", scheme).await;
    }

    /// Paper, A4 with the margins that browsers leave, until the next `scheme` and `size`.
    pub async fn paper(&self, is_upright: bool) {
        self.media("print", "light").await;
        self.size(if is_upright { 718 } else { 1046 }, false).await;
    }

    async fn media(&self, media: &str, scheme: &str) {
        let wanted = json!({ "media": media, "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", wanted).await;
    }

    /// Whether pages may run scripts.
    pub async fn scripts(&self, allowed: bool) {
        let off = json!({ "value": !allowed });
        self.devtools("Emulation.setScriptExecutionDisabled", off).await;
    }

    /// Goes to an address of the service, or to a whole one.
    pub async fn go(&self, path: &str) {
        let address =
            if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        self.driver.goto(address).await.expect("a page");
    }

    /// The mark of the document in the window. Every load of a page has another, also at the same address.
    async fn document(&self) -> Value {
        self.devtools("Page.getFrameTree", json!({})).await["frameTree"]["frame"]["loaderId"].take()
    }

    /// Does what loads a page, and waits until that page has come and is read to its end. Nothing that loads
    /// a page is done in another way: who only waits for another address, or for what the old page may
    /// have too, goes on reading elements that are being taken away.
    #[track_caller]
    pub fn load(&self, deed: impl Future<Output = ()>) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            let before = self.document().await;
            // the driver may still see the old page when the browser has the new one already
            self.run("window.isLeft = true").await;
            deed.await;
            let is_there = async || {
                // a page that leads on by itself is not the one
                let is_read = "return !window.isLeft && document.readyState === 'complete' \
                    && !document.querySelector('meta[http-equiv=refresh]')";
                self.document().await != before
                    && matches!(self.driver.execute(is_read, vec![]).await,
                        Ok(answer) if *answer.json() == true)
            };
            self.wait("another page", caller, is_there).await;
        }
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let address = self.driver.current_url().await.expect("an address");
        let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", address.path())
    }

    /// The first element of a selector; the page must have it.
    #[track_caller]
    pub fn one(&self, css: &str) -> impl Future<Output = WebElement> {
        let caller = Location::caller();
        async move {
            match self.driver.find(By::Css(css.to_owned())).await {
                Ok(found) => found,
                Err(_) => panic!("no {css} on {} ({caller})", self.path().await),
            }
        }
    }

    /// How many elements a selector has.
    pub async fn count(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css.to_owned())).await.expect("a page").len()
    }

    /// The visible text of the first element of a selector.
    #[track_caller]
    pub fn text(&self, css: &str) -> impl Future<Output = String> {
        let found = self.one(css);
        async move { found.await.text().await.expect("a text") }
    }

    /// The visible texts of every element of a selector.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.driver.find_all(By::Css(css.to_owned())).await.expect("a page") {
            texts.push(element.text().await.expect("a text"));
        }
        texts
    }

    /// Presses what loads no page: a choice, a fold, a link within the page.
    #[track_caller]
    pub fn click(&self, css: &str) -> impl Future<Output = ()> {
        let found = self.one(css);
        async move { found.await.click().await.expect("can be pressed") }
    }

    /// Follows a link or presses a button, to the page it leads to.
    #[track_caller]
    pub fn follow(&self, css: &str) -> impl Future<Output = ()> {
        self.load(self.click(css))
    }

    /// Presses Enter where the focus is, and goes to the page that leads to.
    #[track_caller]
    pub fn enter(&self) -> impl Future<Output = ()> {
        self.type_away("\r")
    }

    /// Presses a key that leads to another page: a letter, or `\r` for Enter. The browser is given the key itself: the
    /// driver, when the page goes before its command is done, gives the command once more, and the next page gets
    /// the key too.
    #[track_caller]
    pub fn type_away(&self, key: &str) -> impl Future<Output = ()> {
        let name = if key == "\r" { "Enter" } else { key };
        let code = key.to_ascii_uppercase().bytes().next().expect("a key");
        let down =
            json!({ "type": "keyDown", "key": name, "text": key, "windowsVirtualKeyCode": code });
        let up = json!({ "type": "keyUp", "key": name, "windowsVirtualKeyCode": code });
        self.load(async move {
            let keys = self.driver.cdp();
            for event in [down, up] {
                // the page may be gone before it answers
                let _ = keys.send_raw("Input.dispatchKeyEvent", event).await;
            }
        })
    }

    /// Gives the browser the keys of an editing command where the focus is: `selectAll`, `copy` or `paste`. What is
    /// copied stays in the clipboard from page to page.
    pub async fn edit(&self, command: &str) {
        let key = match command {
            "selectAll" => "a",
            "copy" => "c",
            _ => "v",
        };
        let (code, number) =
            (format!("Key{}", key.to_uppercase()), key.to_uppercase().as_bytes()[0]);
        for (what, commands) in [("rawKeyDown", vec![command]), ("keyUp", Vec::new())] {
            let event = json!({
                "type": what, "modifiers": 2, "key": key, "code": code,
                "windowsVirtualKeyCode": number, "commands": commands,
            });
            self.devtools("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Writes a text into a field in the place of what stands there.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) -> impl Future<Output = ()> {
        let found = self.one(css);
        async move {
            let field = found.await;
            field.clear().await.expect("a field");
            field.send_keys(text).await.expect("keys");
        }
    }

    /// Types into the search field of the page, and sends the form with the Enter key.
    #[track_caller]
    pub fn search(&self, text: &str) -> impl Future<Output = ()> {
        self.ask("main input[type=search]", text)
    }

    /// Types into a field, and sends its form with the Enter key.
    #[track_caller]
    pub fn ask(&self, css: &str, text: &str) -> impl Future<Output = ()> {
        let found = self.one(css);
        self.load(async move {
            let field = found.await;
            field.clear().await.expect("a field");
            field.send_keys(text.to_owned() + Key::Enter).await.expect("keys");
        })
    }

    /// Presses a key wherever the focus is.
    pub async fn press(&self, key: Key) {
        self.driver.action_chain().send_keys(key).perform().await.expect("a key");
    }

    /// Types a text where the focus is.
    pub async fn write(&self, text: &str) {
        self.driver.action_chain().send_keys(text).perform().await.expect("a text");
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, vec![]).await.expect("a script").json().clone()
    }

    async fn wait(&self, what: &str, caller: &Location<'_>, is_so: impl AsyncFn() -> bool) {
        let began = Instant::now();
        while !is_so().await {
            if began.elapsed() > LIMIT {
                panic!("waited in vain for {what} on {} ({caller})", self.path().await);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What axe-core finds wrong with the page: rule, and the place.
    pub async fn violations(&self) -> Vec<String> {
        assert!(!self.axe.is_empty(), "started without axe");
        self.driver.execute(self.axe.as_str(), vec![]).await.expect("axe loads");
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations \
            .map(one => one.id + ': ' + one.nodes.slice(0, 3) \
            .map(node => node.target.join(' ') + ' – ' + node.failureSummary).join(' | '))), \
            error => done(['axe failed: ' + error]))";
        let found = self.driver.execute_async(script, vec![]).await.expect("axe answers");
        serde_json::from_value(found.json().clone()).expect("a list")
    }

    /// What axe-core finds wrong with the page at an address; what is folded away is looked at too.
    pub async fn barriers_at(&self, path: &str) -> Vec<String> {
        self.go(path).await;
        self.barriers_here().await
    }

    /// What axe-core finds wrong with the page that is shown; what is folded away is looked at too.
    pub async fn barriers_here(&self) -> Vec<String> {
        let open = "document.querySelectorAll('details').forEach(one => { one.open = true })";
        self.run(open).await;
        self.violations().await
    }

    /// What there is to say when the page at an address is wider than the screen.
    pub async fn too_wide(&self, path: &str, width: u64) -> Option<String> {
        self.go(path).await;
        self.too_wide_here(path, width).await
    }

    /// What there is to say when the page that is shown is wider than the screen.
    pub async fn too_wide_here(&self, what: &str, width: u64) -> Option<String> {
        let wide = self.run("return document.documentElement.scrollWidth").await;
        let wide = wide.as_u64().expect("a width");
        (wide > width).then(|| format!("{what} is {wide} wide on a screen of {width}"))
    }

    /// A picture of what is on the screen.
    pub async fn picture(&self) -> Vec<u8> {
        let taken = self.devtools("Page.captureScreenshot", json!({ "format": "png" })).await;
        let text = taken["data"].as_str().expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(text).expect("a picture")
    }

    /// Every address the browser has asked for since the last call.
    pub async fn requests(&self) -> Vec<String> {
        let log = self.driver.get_log("performance").await.expect("a log");
        let messages = log.iter().filter_map(|entry| {
            serde_json::from_str::<Value>(&entry.message).ok().map(|mut one| one["message"].take())
        });
        messages
            .filter(|one| one["method"] == "Network.requestWillBeSent")
            .filter_map(|one| one["params"]["request"]["url"].as_str().map(str::to_owned))
            .collect()
    }
}

fn axe_path() -> PathBuf {
    // the temporary folder of tests is in the target folder
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    target.join(AXE).join("axe.min.js")
}
