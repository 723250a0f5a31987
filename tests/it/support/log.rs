//! Captures every log line of the whole run and looks for personal data in it.
//!
//! Each test that ends well scans what was captured since the last scan, so that the last one has seen
//! all.

use std::{
    collections::BTreeSet,
    io::Write,
    sync::{
        Mutex, Once, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use aho_corasick::AhoCorasick;
use anrop::commands::synthetic::Synthetic;

static CAPTURED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// What was written down of those who asked for what is not theirs, and of whom somebody acts for; nobody empties
/// it.
static WRITTEN_DOWN: Mutex<Vec<String>> = Mutex::new(Vec::new());
const REFUSED: &str = "\"anrop::refused\"";
const ACTING: &str = "\"anrop::acting\"";

struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        CAPTURED.lock().unwrap().extend_from_slice(bytes);
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        if has(REFUSED) || has(ACTING) {
            WRITTEN_DOWN.lock().unwrap().push(String::from_utf8_lossy(bytes).into_owned());
        }
        if bytes.windows(7).any(|window| window == b"\"ERROR\"") {
            // shown with a failing test; the cause of a 500 stands here
            eprintln!("{}", String::from_utf8_lossy(bytes));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The lines about who asked for what is not theirs that name this subject.
pub fn refused(subject: &str) -> Vec<String> {
    written_down(REFUSED, subject)
}

/// The lines about whom this subject acts for.
pub fn acting(subject: &str) -> Vec<String> {
    written_down(ACTING, subject)
}

fn written_down(target: &str, subject: &str) -> Vec<String> {
    let lines = WRITTEN_DOWN.lock().unwrap();
    let subject = format!("\"{subject}\"");
    lines.iter().filter(|line| line.contains(target) && line.contains(&subject)).cloned().collect()
}

/// Starts capturing, once per run.
pub fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = tracing_subscriber::fmt()
            .json()
            // the driver of the browser writes down what a test types
            .with_env_filter("debug,thirtyfour=off")
            .with_writer(|| Capture)
            .try_init();
    });
}

/// Texts that must not stand in a log: ids, names, telephones, addresses of the people of the tests.
fn personal() -> &'static BTreeSet<String> {
    static TEXTS: OnceLock<BTreeSet<String>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let synthetic = Synthetic::new(7);
        let mut texts = BTreeSet::new();
        for n in 0..80 {
            let person = synthetic.person(n);
            texts.insert(person.national_id.reveal());
            texts.insert(person.name.as_str().to_owned());
            texts.insert(person.phone.dial());
            texts.insert(person.email.as_str().to_owned());
            texts.extend(person.address.lines().iter().filter(|line| line.len() > 6).cloned());
            for index in 0..2 {
                let contact = synthetic.contact(n, index);
                texts.insert(contact.name.as_str().to_owned());
                texts.insert(contact.phone.dial());
            }
        }
        texts
    })
}

/// Nothing personal has been logged so far.
pub fn assert_clean() {
    static FINDER: OnceLock<AhoCorasick> = OnceLock::new();
    static SEEN: AtomicBool = AtomicBool::new(false);
    let finder = FINDER.get_or_init(|| AhoCorasick::new(personal()).expect("patterns"));
    let mut captured = CAPTURED.lock().unwrap();
    // whole lines only: the last may still be on its way
    let end = captured.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let lines: Vec<u8> = captured.drain(..end).collect();
    let has = |text: &[u8]| lines.windows(text.len()).any(|window| window == text);
    let is_captured = SEEN.load(Ordering::Relaxed) || has(b"anrop::access");
    assert!(is_captured, "the log was not captured");
    SEEN.store(true, Ordering::Relaxed);
    drop(captured); // not before: another test would find nothing and no word that it was seen
    if let Some(found) = finder.find(&lines) {
        let before = lines[..found.start()].iter().rposition(|byte| *byte == b'\n');
        let after = lines[found.start()..].iter().position(|byte| *byte == b'\n');
        let line = &lines[before.map_or(0, |at| at + 1)..found.start() + after.unwrap_or(0)];
        panic!("personal data in the log: {}", String::from_utf8_lossy(line));
    }
}
