//! A client of the service: connections that are kept open, and requests sent over many of them as fast as they are answered
//! or at a pace, with how long each took. It must not know what is measured.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(server: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("the service listens");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a request and reads the answer whole; status and body.
    pub async fn send(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        let (head, length) = self.begin(request).await;
        let Some(length) = length else { return (self.status(), self.chunks(head).await) };
        while self.buffer.len() < head + length {
            self.stream.read_buf(&mut self.buffer).await.expect("reads");
        }
        (self.status(), self.buffer[head..head + length].to_vec())
    }

    /// The body of an answer in chunks, which other servers send.
    async fn chunks(&mut self, head: usize) -> Vec<u8> {
        while !self.buffer.ends_with(b"0\r\n\r\n") {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
        }
        let (mut rest, mut body) = (&self.buffer[head..], Vec::new());
        while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
            let size = std::str::from_utf8(&rest[..end]).expect("a size");
            let size = usize::from_str_radix(size, 16).expect("a size");
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 4 + size..];
        }
        body
    }

    /// Sends a request and throws the body of the answer away as it comes; status and its length.
    pub async fn drain(&mut self, request: &[u8]) -> (u16, usize) {
        let (head, length) = self.begin(request).await;
        let length = length.expect("a length");
        let (status, mut left) = (self.status(), (head + length) - self.buffer.len());
        let mut scratch = vec![0; 256 * 1024];
        while left > 0 {
            let most = left.min(scratch.len());
            let read = self.stream.read(&mut scratch[..most]).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
            left -= read;
        }
        (status, length)
    }

    fn status(&self) -> u16 {
        std::str::from_utf8(&self.buffer[9..12]).expect("a status").parse().expect("a status")
    }

    /// Sends a request and reads until the head of the answer is there; the length of the head, and of
    /// the body where it is said.
    async fn begin(&mut self, request: &[u8]) -> (usize, Option<usize>) {
        self.stream.write_all(request).await.expect("sends");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..at]).to_ascii_lowercase();
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .and_then(|text| text.trim().parse::<usize>().ok());
                let length = length.or((!head.contains("chunked")).then_some(0));
                return (at + 4, length);
            }
        }
    }
}

pub fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if let Some(body) = body {
        let body = body.to_string();
        let _ = write!(
            text,
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Latencies in microseconds and how long it took.
pub struct Sample {
    pub micros: Vec<u64>,
    pub seconds: f64,
}

impl Sample {
    pub fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    pub fn at(&mut self, share: f64) -> f64 {
        self.micros.sort_unstable();
        let index =
            ((self.micros.len() as f64 * share) as usize).min(self.micros.len().saturating_sub(1));
        self.micros.get(index).map_or(f64::NAN, |micros| *micros as f64 / 1000.0)
    }

    pub fn row(&mut self, name: &str, reference: Option<f64>) {
        let ratio = reference
            .map_or_else(String::new, |reference| format!("{:.2}", self.rate() / reference));
        println!(
            "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {ratio} |",
            self.rate(),
            self.at(0.5),
            self.at(0.99),
            self.at(0.999)
        );
    }
}

pub const HEAD: &str = "| what | per second | p50 ms | p99 ms | p99.9 ms | ratio |\n| --- | --- | --- | --- | --- | --- |";

/// Runs `clients` connections for some seconds; each sends what `next` gives.
pub async fn hammer(
    server: &str,
    clients: u64,
    seconds: u64,
    expected: u16,
    next: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
) -> Sample {
    let next = Arc::new(next);
    let count = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (next, count, server) = (next.clone(), count.clone(), server.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let mut micros = Vec::new();
                while Instant::now() < end {
                    let request = next(count.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    let (status, body) = connection.send(&request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                micros
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.expect("ends"));
    }
    Sample { micros, seconds: started.elapsed().as_secs_f64() }
}

/// Sends each request once, over 32 connections as fast as they are answered.
pub async fn race(server: &str, requests: Vec<Vec<u8>>, expected: u16) -> (Sample, Vec<Vec<u8>>) {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (requests, next, server) = (requests.clone(), next.clone(), server.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let (mut micros, mut bodies) = (Vec::new(), Vec::new());
                loop {
                    let n = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).expect("small");
                    let Some(request) = requests.get(n) else { return (micros, bodies) };
                    let sent = Instant::now();
                    let (status, body) = connection.send(request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                    bodies.push(body);
                }
            })
        })
        .collect();
    let (mut micros, mut bodies) = (Vec::new(), Vec::new());
    for task in tasks {
        let (times, answers) = task.await.expect("ends");
        micros.extend(times);
        bodies.extend(answers);
    }
    (Sample { micros, seconds: started.elapsed().as_secs_f64() }, bodies)
}

/// Sends `requests` over `clients` connections, together `rate` a second, each at its own moment
/// whether or not the one before was answered late; latency counts from that moment, so that a
/// stall is not hidden by requests that were never sent.
pub async fn paced(
    server: &str,
    clients: usize,
    rate: u64,
    requests: Vec<Vec<u8>>,
    expected: u16,
) -> Sample {
    let started = Instant::now() + Duration::from_millis(200);
    let mut shares: Vec<Vec<(Instant, Vec<u8>)>> = vec![Vec::new(); clients];
    for (n, request) in requests.into_iter().enumerate() {
        let at = started + Duration::from_secs_f64(n as f64 / rate as f64);
        shares[n % clients].push((at, request));
    }
    let tasks: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let server = server.to_owned();
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let mut micros = Vec::with_capacity(share.len());
                for (at, request) in share {
                    tokio::time::sleep_until(at.into()).await;
                    let (status, body) = connection.send(&request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                micros
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.expect("ends"));
    }
    Sample { micros, seconds: started.elapsed().as_secs_f64() }
}

/// Spreads requests over the data without repeating soon.
pub fn scattered(n: u64, size: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % size
}
