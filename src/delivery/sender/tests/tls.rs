//! TLS with a private authority: who is trusted, and who must show a certificate.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::*;

pub type Authority = CertifiedIssuer<'static, KeyPair>;

pub fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

/// A certificate for `name` by `authority`, valid until the given year, with its key.
fn certificate(authority: &Authority, name: &str, until: i32) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    (params.signed_by(&key, authority).expect("signed"), key)
}

fn server(
    authority: &Authority,
    name: &str,
    until: i32,
    clients: Option<&Authority>,
) -> ServerConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (certificate, key) = certificate(authority, name, until);
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let builder = ServerConfig::builder();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.der().clone()).expect("a root");
            builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder(roots.into()).build().expect("a verifier"),
            )
        }
    };
    builder.with_single_cert(chain, key).expect("a server")
}

/// A recipient behind TLS; returns its port.
async fn behind_tls(config: ServerConfig) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (address, _) = recipient(move |stream| {
        let acceptor = acceptor.clone();
        async move { answer_once(acceptor, stream).await }
    })
    .await;
    address.port()
}

async fn answer_once(acceptor: TlsAcceptor, stream: TcpStream) {
    let accepting = acceptor.accept(stream).into_fallible();
    match accepting.await {
        Ok(mut stream) => {
            if !read_request(&mut stream).await.1.is_empty() {
                stream.write_all(OK.as_bytes()).await.expect("answered");
                stream.flush().await.expect("sent");
            }
        }
        // The alert is on its way; closing with unread bytes could reset the connection before it
        // arrives.
        Err((_, mut stream)) => drain(&mut stream).await,
    }
}

async fn drain<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let _ = stream.shutdown().await;
    let mut rest = [0; 4096];
    while matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {}
}

fn trusting(authority: &Authority, identity: Option<(rcgen::Certificate, KeyPair)>) -> Sender {
    Sender::new(SenderSettings {
        extra_roots_pem: Some(authority.pem().into_bytes()),
        client_identity_pem: identity.map(|(certificate, key)| {
            (certificate.pem() + key.serialize_pem().as_str()).into_bytes().into()
        }),
        ..settings()
    })
    .expect("a sender")
}

async fn outcome(sender: &Sender, host: &str, port: u16) -> Outcome {
    send(sender, &format!("https://{host}:{port}/hook")).await.outcome
}

#[tokio::test]
async fn a_recipient_with_a_certificate_by_a_trusted_private_authority_is_served() {
    let authority = authority();
    let port = behind_tls(server(&authority, "localhost", 2090, None)).await;
    assert_eq!(outcome(&trusting(&authority, None), "localhost", port).await, Outcome::Delivered);
    let by_number = behind_tls(server(&authority, "127.0.0.1", 2090, None)).await;
    assert_eq!(
        outcome(&trusting(&authority, None), "127.0.0.1", by_number).await,
        Outcome::Delivered
    );
}

#[tokio::test]
async fn a_recipient_whose_certificate_does_not_hold_gets_nothing() {
    let authority_ = authority();
    let port = behind_tls(server(&authority_, "localhost", 2090, None)).await;
    assert_eq!(outcome(&sender(), "localhost", port).await, Outcome::Tls, "unknown authority");
    assert_eq!(
        outcome(&trusting(&authority(), None), "localhost", port).await,
        Outcome::Tls,
        "other authority"
    );
    assert_eq!(
        outcome(&trusting(&authority_, None), "127.0.0.1", port).await,
        Outcome::Tls,
        "other name"
    );
    let expired = behind_tls(server(&authority_, "localhost", 2021, None)).await;
    assert_eq!(
        outcome(&trusting(&authority_, None), "localhost", expired).await,
        Outcome::Tls,
        "expired"
    );
    let (no_tls, _) = recipient(|mut stream| async move {
        let _ = stream.write_all(OK.as_bytes()).await;
        drain(&mut stream).await;
    })
    .await;
    assert_eq!(
        outcome(&trusting(&authority_, None), "127.0.0.1", no_tls.port()).await,
        Outcome::Tls,
        "no TLS"
    );
}

#[tokio::test]
async fn a_recipient_that_asks_for_a_certificate_gets_ours_and_refuses_others() {
    let (authority_, strangers) = (authority(), authority());
    let port = behind_tls(server(&authority_, "localhost", 2090, Some(&authority_))).await;
    let ours = certificate(&authority_, "anrop.example", 2090);
    assert_eq!(
        outcome(&trusting(&authority_, Some(ours)), "localhost", port).await,
        Outcome::Delivered
    );
    assert_eq!(
        outcome(&trusting(&authority_, None), "localhost", port).await,
        Outcome::Tls,
        "none"
    );
    let foreign = certificate(&strangers, "anrop.example", 2090);
    assert_eq!(
        outcome(&trusting(&authority_, Some(foreign)), "localhost", port).await,
        Outcome::Tls,
        "foreign"
    );
    let expired = certificate(&authority_, "anrop.example", 2021);
    assert_eq!(
        outcome(&trusting(&authority_, Some(expired)), "localhost", port).await,
        Outcome::Tls,
        "expired"
    );
}
