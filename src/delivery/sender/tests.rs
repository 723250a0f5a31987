//! Sending to local recipients that behave in every way a recipient can.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use uuid::Uuid;

use self::recipient::{OK, answering, drip, endless, header, read_request, recipient};
use super::*;
use crate::delivery::signature::{SharedSecret, Signer, SigningKey, Trusted, verify};

mod recipient;
mod tls;

const BODY: &[u8] = br#"{"type":"permit.issued","data":{"version":3}}"#;

fn settings() -> SenderSettings {
    SenderSettings {
        total_timeout: Duration::from_secs(20),
        allow_list: AllowList::parse(["http://127.0.0.0/8", "http://localhost"]).expect("a list"),
        // Lets the tests run on machines that have no root certificates at all.
        extra_roots_pem: Some(tls::authority().pem().into_bytes()),
        ..SenderSettings::default()
    }
}

fn sender() -> Sender {
    Sender::new(settings()).expect("a sender")
}

fn impatient() -> Sender {
    Sender::new(SenderSettings { total_timeout: Duration::from_millis(400), ..settings() })
        .expect("a sender")
}

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("a time")
}

fn signed() -> (SignedHeaders, Trusted) {
    let (secret, key) =
        (SharedSecret::generate().expect("random"), SigningKey::generate().expect("random"));
    let trusted = Trusted { secrets: vec![secret.clone()], keys: vec![key.public_key()] };
    let signer = Signer::new(vec![secret], vec![key]).expect("a signer");
    (signer.sign(&Uuid::from_u128(7).into(), now(), BODY), trusted)
}

async fn send(sender: &Sender, target: &str) -> Attempt {
    sender.send(&Url::parse(target).expect("a URL"), &signed().0, BODY.to_vec()).await
}

async fn send_to(sender: &Sender, address: SocketAddr) -> Attempt {
    send(sender, &format!("http://{address}/hook?token=1")).await
}

#[tokio::test]
async fn a_delivery_arrives_as_signed_and_its_receipt_is_hashed() {
    let (report, mut reported) = tokio::sync::mpsc::channel(1);
    let (address, _) = recipient(move |mut stream| {
        let report = report.clone();
        async move {
            let request = read_request(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.expect("answered");
            report.send(request).await.expect("reported");
        }
    })
    .await;
    let (headers, trusted) = signed();
    let target = Url::parse(&format!("http://{address}/hook?token=1")).expect("a URL");
    let attempt = sender().send(&target, &headers, BODY.to_vec()).await;
    assert_eq!((attempt.outcome, attempt.status), (Outcome::Delivered, Some(200)));
    assert_eq!(attempt.answer_sha256, Some(Sha256::digest(b"ok").into()));
    assert!(attempt.duration > Duration::ZERO);

    let (head, body) = reported.recv().await.expect("a request");
    assert!(head.starts_with("POST /hook?token=1 HTTP/1.1\r\n"));
    assert_eq!(header(&head, "content-type"), "application/json");
    assert!(header(&head, "user-agent").starts_with("anrop/"));
    let received = SignedHeaders {
        id: header(&head, "webhook-id"),
        timestamp: header(&head, "webhook-timestamp"),
        signature: header(&head, "webhook-signature"),
    };
    assert_eq!(received, headers);
    assert!(verify(&received, &body, &trusted, now()).is_ok());
}

#[tokio::test]
async fn each_answer_has_its_outcome_and_its_wish() {
    let sender = sender();
    for (answer, outcome, status, retry_after) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Outcome::Delivered, 204, None),
        ("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", Outcome::Gone, 410, None),
        (
            "HTTP/1.1 429 Slow Down\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
            Outcome::Throttled,
            429,
            Some(RetryAfter::Seconds(120)),
        ),
        (
            "HTTP/1.1 503 Down\r\nRetry-After: Fri, 20 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
            Outcome::Throttled,
            503,
            Some(RetryAfter::At(now())),
        ),
        (
            "HTTP/1.1 500 Oops\r\nRetry-After: soon\r\nContent-Length: 4\r\n\r\noops",
            Outcome::Failed,
            500,
            None,
        ),
        (
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
            Outcome::Delivered,
            202,
            None,
        ),
    ] {
        let (address, _) = answering(answer).await;
        let attempt = send_to(&sender, address).await;
        assert_eq!(
            (attempt.outcome, attempt.status, attempt.retry_after),
            (outcome, Some(status), retry_after),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let (_, connections) = {
        let (elsewhere, connections) = answering(OK).await;
        let answer = format!(
            "HTTP/1.1 307 Moved\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
        );
        let (address, _) = answering(answer.leak()).await;
        let attempt = send_to(&sender(), address).await;
        assert_eq!((attempt.outcome, attempt.status), (Outcome::Redirect, Some(307)));
        (elsewhere, connections)
    };
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_recipient_that_is_slow_in_any_way_costs_no_more_than_the_deadline() {
    let silent = drip(b"", b"").await;
    let slow_head = drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n").await;
    let hints = drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n").await;
    let slow_body = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x").await;
    let slow_chunks =
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n").await;
    let sender = impatient();
    for (address, status) in [
        (silent, None),
        (slow_head, None),
        (hints, None),
        (slow_body, Some(200)),
        (slow_chunks, Some(200)),
    ] {
        let attempt = send_to(&sender, address).await;
        assert_eq!(
            (attempt.outcome, attempt.status, attempt.answer_sha256),
            (Outcome::Timeout, status, None)
        );
        assert!(
            attempt.duration >= Duration::from_millis(400)
                && attempt.duration < Duration::from_secs(5)
        );
    }
}

#[tokio::test]
async fn a_recipient_that_never_reads_costs_no_more_than_the_deadline() {
    let (address, _) = recipient(|stream| async move {
        tokio::time::sleep(Duration::from_mins(1)).await;
        drop(stream);
    })
    .await;
    let target = Url::parse(&format!("http://{address}/")).expect("a URL");
    let attempt = impatient().send(&target, &signed().0, vec![b' '; 32 * 1024 * 1024]).await;
    assert_eq!(attempt.outcome, Outcome::Timeout);
    assert!(attempt.duration < Duration::from_secs(5));
}

#[tokio::test]
async fn an_endless_answer_is_cut_and_is_no_receipt() {
    let taken = Arc::new(AtomicUsize::new(0));
    let sender = sender();
    let unsized_body = endless("HTTP/1.1 200 OK\r\n\r\n", Arc::clone(&taken)).await;
    let attempt = send_to(&sender, unsized_body).await;
    assert_eq!(
        (attempt.outcome, attempt.status, attempt.answer_sha256),
        (Outcome::Oversized, Some(200), None)
    );
    let huge =
        endless("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Arc::clone(&taken)).await;
    assert_eq!(send_to(&sender, huge).await.outcome, Outcome::Oversized);
    let failing = endless("HTTP/1.1 500 Oops\r\n\r\n", Arc::clone(&taken)).await;
    assert_eq!(send_to(&sender, failing).await.outcome, Outcome::Failed);
    let gone = endless("HTTP/1.1 410 Gone\r\n\r\n", Arc::clone(&taken)).await;
    assert_eq!(send_to(&sender, gone).await.outcome, Outcome::Gone);
    let head = endless("HTTP/1.1 200 OK\r\nX: ", Arc::clone(&taken)).await;
    assert_eq!(send_to(&sender, head).await.outcome, Outcome::Connection);
    // Socket buffers take some megabytes; the point is that it ends.
    assert!(taken.load(Ordering::SeqCst) < 64 * 1024 * 1024);
}

#[tokio::test]
async fn an_answer_at_the_limit_is_read_and_one_byte_more_is_not() {
    let limited =
        Sender::new(SenderSettings { max_answer_bytes: 2, ..settings() }).expect("a sender");
    let (fits, _) = answering(OK).await;
    assert_eq!(send_to(&limited, fits).await.outcome, Outcome::Delivered);
    let (exceeds, _) = answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes").await;
    assert_eq!(send_to(&limited, exceeds).await.outcome, Outcome::Oversized);
}

#[tokio::test]
async fn a_broken_connection_is_told_from_a_slow_one() {
    let sender = sender();
    for start in [
        "",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "\u{0}\u{1}\u{2}garbage\r\n\r\n",
        "HTTP/1.1 2",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
    ] {
        let (address, _) = recipient(move |mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(start.as_bytes()).await.expect("begun");
        })
        .await;
        let attempt = send_to(&sender, address).await;
        assert_eq!(
            (attempt.outcome, attempt.answer_sha256),
            (Outcome::Connection, None),
            "{start:?}"
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = listener.local_addr().expect("an address");
    drop(listener);
    assert_eq!(send_to(&sender, nobody).await.outcome, Outcome::Connection);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (address, connections) = answering(OK).await;
    let sender = sender();
    for _ in 0..5 {
        assert_eq!(send_to(&sender, address).await.outcome, Outcome::Delivered);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_costs_no_attempt() {
    let (address, connections) = recipient(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.expect("answered");
    })
    .await;
    let sender = sender();
    for _ in 0..3 {
        assert_eq!(send_to(&sender, address).await.outcome, Outcome::Delivered);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn the_own_machine_is_refused_by_number_and_by_name() {
    let (address, connections) = answering(OK).await;
    let port = address.port();
    let strict = Sender::new(SenderSettings { allow_list: AllowList::default(), ..settings() })
        .expect("a sender");
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"] {
        for scheme in ["http", "https"] {
            let attempt = send(&strict, &format!("{scheme}://{host}:{port}/")).await;
            assert_eq!(
                (attempt.outcome, attempt.status),
                (Outcome::TargetRefused, None),
                "{scheme} {host}"
            );
        }
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
    // The same name passes once it is listed, so it was the rule that stopped it, not the resolver.
    let listed = send(&sender(), &format!("http://localhost:{port}/")).await;
    assert_eq!(listed.outcome, Outcome::Delivered);
}

#[test]
fn unreadable_certificates_are_refused_when_the_sender_is_made() {
    for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let pem = pem.as_bytes().to_vec();
        let roots = SenderSettings { extra_roots_pem: Some(pem.clone()), ..settings() };
        assert!(Sender::new(roots).is_err());
        let identity = SenderSettings { client_identity_pem: Some(pem.into()), ..settings() };
        assert_eq!(Sender::new(identity).err(), Some(SenderFlaw::Identity));
    }
}

#[test]
fn debug_shows_no_key() {
    let settings =
        SenderSettings { client_identity_pem: Some(b"very secret".to_vec().into()), ..settings() };
    assert!(!format!("{settings:?}").contains("118, 101, 114"));
    assert!(format!("{settings:?}").contains("client_identity: true"));
}
