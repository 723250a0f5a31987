//! A mail server on this machine that keeps what it takes, plain or under TLS, and that refuses, hangs or
//! breaks off when it is told to. It knows SMTP and nothing of the registry.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

/// A mail it took.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    /// Headers and body as they came.
    pub data: String,
    /// It came under TLS.
    pub under_tls: bool,
    /// Name and password that were shown, in base64 as they came.
    pub user: Option<String>,
}

impl Mail {
    fn parsed<T>(&self, read: impl FnOnce(&mail_parser::Message<'_>) -> T) -> T {
        let data = self.data.as_bytes();
        read(&mail_parser::MessageParser::default().parse(data).expect("a mail"))
    }

    /// A header, as a reader that is not ours has it.
    pub fn header(&self, name: &str) -> String {
        self.parsed(|mail| match name {
            "Subject" => mail.subject().unwrap_or_default().to_owned(),
            _ => mail.header_raw(name).unwrap_or_default().trim().to_owned(),
        })
    }

    /// The text, as a reader that is not ours has it.
    pub fn body(&self) -> String {
        self.parsed(|mail| mail.body_text(0).expect("a text").replace("\r\n", "\n"))
    }
}

/// What it does with the next mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes them.
    Take,
    /// Answers so to the greeting of the client's connection.
    Greet(u16),
    /// Answers so to every address.
    Address(u16),
    /// Answers so to the mail itself.
    Content(u16),
    /// Answers so to name and password.
    Password(u16),
    /// Says nothing at all.
    Hang,
    /// Takes the mail, and then says nothing.
    HangAfter,
    /// Closes its half at once.
    HalfClose,
    /// Closes when the mail has come.
    CloseAfter,
    /// Answers what is no SMTP.
    Garbage,
}

/// The server.
pub struct MailServer {
    pub port: u16,
    /// The certificate it shows, in PEM.
    pub certificate: String,
    pub behaviour: Arc<Mutex<Behaviour>>,
    mails: Arc<Mutex<Vec<Mail>>>,
    connections: Arc<AtomicUsize>,
}

/// How it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    Plain,
    Implicit,
    StartTls,
}

struct Desk {
    speech: Speech,
    tls: TlsAcceptor,
    behaviour: Arc<Mutex<Behaviour>>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    pub async fn start(speech: Speech) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("made");
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .expect("a key");
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let behaviour = Arc::new(Mutex::new(Behaviour::Take));
        let mails = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let desk = Arc::new(Desk {
            speech,
            tls: TlsAcceptor::from(Arc::new(config)),
            behaviour: Arc::clone(&behaviour),
            mails: Arc::clone(&mails),
        });
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    let _ = desk.serve(stream).await;
                });
            }
        });
        Self { port, certificate: made.cert.pem(), behaviour, mails, connections }
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().expect("unbroken") = behaviour;
    }

    /// Everything it took.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("unbroken").clone()
    }

    /// How often somebody called.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Desk {
    fn behaviour(&self) -> Behaviour {
        *self.behaviour.lock().expect("unbroken")
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        if self.speech == Speech::Implicit {
            let stream = self.tls.accept(stream).await?;
            self.talk(stream, true, true).await?;
            return Ok(());
        }
        if let Some(stream) = self.talk(stream, true, false).await? {
            let stream = self.tls.accept(stream).await?;
            self.talk(stream, false, true).await?;
        }
        Ok(())
    }

    /// A conversation; the stream again where TLS is to begin.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        greets: bool,
        under_tls: bool,
    ) -> std::io::Result<Option<S>> {
        let mut stream = BufReader::new(stream);
        let behaviour = self.behaviour();
        match behaviour {
            Behaviour::Hang => std::future::pending().await,
            Behaviour::HalfClose => {
                stream.shutdown().await?;
                std::future::pending().await
            }
            Behaviour::Garbage => stream.write_all(b"<html>Hei!</html>\r\n\r\n").await?,
            Behaviour::Greet(status) => {
                stream.write_all(format!("{status} no\r\n").as_bytes()).await?;
            }
            _ if greets => stream.write_all(b"220 mail.example.no ESMTP\r\n").await?,
            _ => {}
        }
        let (mut to, mut user, mut line) = (Vec::new(), None, String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" if self.speech == Speech::StartTls && !under_tls => {
                    "250-mail.example.no\r\n250 STARTTLS".to_owned()
                }
                "EHLO" if under_tls => "250-mail.example.no\r\n250 AUTH PLAIN".to_owned(),
                "EHLO" => "250 mail.example.no".to_owned(),
                "STARTTLS" => {
                    stream.write_all(b"220 go on\r\n").await?;
                    return Ok(Some(stream.into_inner()));
                }
                "AUTH" => match behaviour {
                    Behaviour::Password(status) => format!("{status} not you"),
                    _ => {
                        user = line.split_whitespace().nth(2).map(str::to_owned);
                        "235 you".to_owned()
                    }
                },
                "RCPT" => match behaviour {
                    Behaviour::Address(status) => format!("{status} {}", line.trim()),
                    _ => {
                        to.push(line.trim().to_owned());
                        "250 fine".to_owned()
                    }
                },
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let mut data = String::new();
                    loop {
                        line.clear();
                        if stream.read_line(&mut line).await? == 0 {
                            return Ok(None);
                        }
                        if line == ".\r\n" {
                            break;
                        }
                        data.push_str(&line);
                    }
                    match behaviour {
                        Behaviour::Content(status) => format!("{status} no"),
                        Behaviour::CloseAfter => return Ok(None),
                        Behaviour::HangAfter => std::future::pending().await,
                        _ => {
                            let mail =
                                Mail { to: to.join(" "), data, under_tls, user: user.clone() };
                            self.mails.lock().expect("unbroken").push(mail);
                            "250 taken".to_owned()
                        }
                    }
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(None);
                }
                _ => "250 fine".to_owned(),
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}
