//! Local recipients over real sockets, well and badly behaved.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A receipt with the body `ok`.
pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A recipient on a free local port that treats every connection in the given way, and counts them.
pub async fn recipient<H, F>(handle: H) -> (SocketAddr, Arc<AtomicUsize>)
where
    H: Fn(TcpStream) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(handle(stream));
        }
    });
    (address, connections)
}

/// A recipient that reads each request on a connection whole and answers it with `answer`.
pub async fn answering(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    recipient(move |mut stream| async move {
        while !read_request(&mut stream).await.1.is_empty() {
            if stream.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
        }
    })
    .await
}

/// Reads one request: its head and its body, which are empty when the sender has gone.
pub async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return (String::new(), Vec::new()),
        }
    }
    let head = String::from_utf8(head).expect("an ASCII head");
    let length = header(&head, "content-length").parse().expect("a length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    (head, body)
}

pub fn header(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map_or_else(String::new, |(_, value)| value.to_owned())
}

/// Writes `start`, then `again` every 20 ms until the sender goes away.
pub async fn drip(start: &'static [u8], again: &'static [u8]) -> SocketAddr {
    let (address, _) = recipient(move |mut stream| async move {
        read_request(&mut stream).await;
        let mut sent = stream.write_all(start).await;
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            sent = stream.write_all(again).await;
        }
    })
    .await;
    address
}

/// Answers with `head` and then with zeroes as fast as they are taken; tells how many were taken.
pub async fn endless(head: &'static str, taken: Arc<AtomicUsize>) -> SocketAddr {
    let (address, _) = recipient(move |mut stream| {
        let taken = Arc::clone(&taken);
        async move {
            read_request(&mut stream).await;
            let mut sent = stream.write_all(head.as_bytes()).await;
            while sent.is_ok() {
                sent = stream.write_all(&[b'0'; 1024]).await;
                taken.fetch_add(1024, Ordering::SeqCst);
            }
        }
    })
    .await;
    address
}
