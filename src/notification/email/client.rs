//! The mail server that notices are handed to. The only file of this slice that opens connections; it
//! must not log: addresses are personal data, and what a server answers may repeat them.
//!
//! The connection is under TLS, from its beginning or by STARTTLS that may not be left out; without it
//! only to this machine, for demo and tests.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::Envelope,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::rules;
use crate::{failure::Failure, values::language::Language};

/// Longest time for one notice, from the connection to the server's last word.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How the connection is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the beginning.
    Implicit,
    /// TLS by STARTTLS; without it nothing is sent.
    StartTls,
    /// None; to this machine only.
    None,
}

/// Where notices are handed over, as configured.
#[derive(Clone)]
pub struct MailSettings {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub protection: Protection,
    /// Name and password there.
    pub user: Option<(String, Zeroizing<String>)>,
    /// Extra root certificates, in PEM.
    pub roots: Option<Vec<u8>>,
    /// Address that notices come from.
    pub from: String,
    /// Longest time for one notice, from the connection to the server's last word.
    pub time_limit: Duration,
}

impl MailSettings {
    /// Of a server, with the usual time limit and nothing else.
    pub fn new(host: &str, port: u16, protection: Protection, from: &str) -> Self {
        Self {
            host: host.to_owned(),
            port,
            protection,
            user: None,
            roots: None,
            from: from.to_owned(),
            time_limit: TIME_LIMIT,
        }
    }
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").finish_non_exhaustive()
    }
}

/// The mail server did not take a notice; says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailFlaw {
    /// No connection, no answer, or none that can be understood.
    #[error("the mail server does not answer")]
    Silent,
    /// It answered with this status.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The address cannot be written to.
    #[error("the address is none that can be written to")]
    Address,
}

impl MailFlaw {
    /// What the refusal is about.
    pub const fn refusal(self) -> rules::Refusal {
        match self {
            Self::Silent => rules::Refusal::Server,
            Self::Refused(status) => rules::refusal(status),
            Self::Address => rules::Refusal::Mailbox,
        }
    }
}

/// Hands notices over.
pub struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    time_limit: Duration,
}

impl MailServer {
    /// Opens no connection.
    ///
    /// # Errors
    /// When the sender's address or the root certificates cannot be used.
    pub fn new(settings: &MailSettings, authority: &str) -> Result<Self, Failure> {
        // says no if the process has a TLS provider already, which is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address: Address = settings.from.parse().map_err(Failure::internal)?;
        let hello = ClientId::Domain(address.domain().to_owned());
        let tls = match settings.protection {
            Protection::None => Tls::None,
            Protection::Implicit => Tls::Wrapper(parameters(settings)?),
            Protection::StartTls => Tls::Required(parameters(settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(settings.time_limit));
        if let Some((user, password)) = &settings.user {
            builder =
                builder.credentials(Credentials::new(user.clone(), password.as_str().to_owned()));
        }
        // a line break in a name would begin another header
        let name = authority.split_whitespace().collect::<Vec<_>>().join(" ");
        let from = Mailbox::new(Some(name), address);
        Ok(Self { transport: builder.build(), from, time_limit: settings.time_limit })
    }

    /// Hands one notice over. `id` is the same in every attempt, so that a reader's program can see that
    /// it has it already.
    ///
    /// # Errors
    /// When the server did not take it.
    pub async fn send(
        &self,
        (id, at): (Uuid, SystemTime),
        to: &str,
        language: Language,
        message: &rules::Message,
    ) -> Result<(), MailFlaw> {
        let to: Address = to.parse().map_err(|_| MailFlaw::Address)?;
        let mail = self.compose((id, at), to, language, message)?;
        // the library waits for ever for an answer
        match tokio::time::timeout(self.time_limit, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let status = error.status().map(u16::from);
                Err(status.map_or(MailFlaw::Silent, MailFlaw::Refused))
            }
            Err(_) => Err(MailFlaw::Silent),
        }
    }

    fn compose(
        &self,
        (id, at): (Uuid, SystemTime),
        to: Address,
        language: Language,
        message: &rules::Message,
    ) -> Result<Message, MailFlaw> {
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![to.clone()])
            .map_err(|_| MailFlaw::Address)?;
        let raw = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        Message::builder()
            .envelope(envelope)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(at)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(message.subject.as_str())
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("Content-Language", language.code()))
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|_| MailFlaw::Address)
    }
}

fn parameters(settings: &MailSettings) -> Result<TlsParameters, Failure> {
    let mut builder =
        TlsParameters::builder(settings.host.clone()).certificate_store(CertificateStore::Default);
    if let Some(pem) = &settings.roots {
        builder =
            builder.add_root_certificate(Certificate::from_pem(pem).map_err(Failure::internal)?);
    }
    builder.build_rustls().map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(authority: &str, to: &str, subject: &str) -> Result<String, MailFlaw> {
        let settings = MailSettings::new("127.0.0.1", 25, Protection::None, "varsel@example.no");
        let server = MailServer::new(&settings, authority).expect("sound");
        let message =
            rules::Message { subject: subject.to_owned(), text: "Hei på deg\n".to_owned() };
        let id = (Uuid::nil(), SystemTime::UNIX_EPOCH);
        let to = to.parse().map_err(|_| MailFlaw::Address)?;
        let mail = server.compose(id, to, Language::Nynorsk, &message)?;
        Ok(String::from_utf8(mail.formatted()).expect("ASCII"))
    }

    #[test]
    fn a_notice_has_the_headers_of_one_that_a_machine_sent() {
        let text = mail("Myndigheten", "kari@example.no", "Saka er avgjord").expect("a mail");
        for header in [
            "From: Myndigheten <varsel@example.no>",
            "To: kari@example.no",
            "Message-ID: <00000000-0000-0000-0000-000000000000@example.no>",
            "Auto-Submitted: auto-generated",
            "Content-Language: nn",
            "Subject: Saka er avgjord",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.lines().any(|line| line == header), "{header} in {text}");
        }
    }

    #[test]
    fn no_line_break_makes_a_header_of_its_own() {
        let bcc = "\r\nBcc: alle@example.no\r\n\r\nHei";
        for (authority, to, subject) in [
            (format!("Myndigheten{bcc}"), "kari@example.no".to_owned(), "Emne".to_owned()),
            ("Myndigheten".to_owned(), format!("kari@example.no{bcc}"), "Emne".to_owned()),
            ("Myndigheten".to_owned(), format!("kari{bcc}@example.no"), "Emne".to_owned()),
            ("Myndigheten".to_owned(), "kari@example.no".to_owned(), format!("Emne{bcc}")),
            ("Myndigheten".to_owned(), "kari@example.no\nBcc: x@y.no".to_owned(), "E".to_owned()),
        ] {
            let Ok(text) = mail(&authority, &to, &subject) else { continue };
            let head = text.split("\r\n\r\n").next().expect("headers");
            let headers = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
            let names: Vec<&str> =
                headers.map(|line| line.split(':').next().unwrap_or_default()).collect();
            assert!(!names.contains(&"Bcc"), "{text}");
            assert!(head.lines().all(|line| !line.starts_with("Hei")), "{text}");
        }
        for to in
            ["kari@example.no\r\nRCPT TO:<x@y.no>", "kari@example.no>", "<kari@example.no", ""]
        {
            assert_eq!(mail("M", to, "E").expect_err("refused"), MailFlaw::Address, "{to}");
        }
    }
}
