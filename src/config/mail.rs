//! Reads where notices by e-mail are handed over. Without TLS to this machine only.

use url::{Host, Url};
use zeroize::Zeroizing;

use crate::{
    notification::email::client::{MailSettings, Protection},
    values::email_address::EmailAddress,
};

const URL: &str = "notification.smtp_url: must be smtps://HOST[:PORT] or smtp://HOST[:PORT], without name, password and path; smtp+plain:// to this machine only";

/// The mail server; none where there is none.
pub(super) fn settings(
    optional: &impl Fn(&str) -> Option<String>,
) -> Result<Option<MailSettings>, &'static str> {
    let Some(text) = optional("notification.smtp_url") else { return Ok(None) };
    let url = Url::parse(&text).map_err(|_| URL)?;
    let (protection, usual_port) = match url.scheme() {
        "smtps" => (Protection::Implicit, 465),
        "smtp" => (Protection::StartTls, 587),
        "smtp+plain" => (Protection::None, 25),
        _ => return Err(URL),
    };
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(URL)?;
    let is_bare = url.username().is_empty()
        && url.password().is_none()
        && ["", "/"].contains(&url.path())
        && url.query().is_none();
    if !is_bare || (protection == Protection::None && !is_this_machine(host)) {
        return Err(URL);
    }
    let from = optional("notification.mail_from").unwrap_or_default();
    let from = EmailAddress::parse(&from)
        .map_err(|_| "notification.mail_from: must be the address that notices come from")?;
    let password = match optional("notification.smtp_password") {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .map(|text| Zeroizing::new(text.trim().to_owned()))
                .map_err(|_| "notification.smtp_password: the file cannot be read")?,
        ),
        None => None,
    };
    let user = match (optional("notification.smtp_user"), password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => return Err("notification.smtp_user: give name and password, or neither"),
    };
    let roots = optional("notification.smtp_roots").map(std::fs::read).transpose();
    let roots = roots.map_err(|_| "notification.smtp_roots: the file cannot be read")?;
    let port = url.port().unwrap_or(usual_port);
    let plain = MailSettings::new(host, port, protection, from.as_str());
    Ok(Some(MailSettings { user, roots, ..plain }))
}

fn is_this_machine(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<MailSettings>, &'static str> {
        settings(&|key| {
            let found = pairs.iter().find(|(own, _)| *own == key);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const FROM: (&str, &str) = ("notification.mail_from", "varsel@example.no");

    #[test]
    fn a_mail_server_is_reached_under_tls_or_on_this_machine() {
        assert!(read(&[]).expect("off").is_none());
        for (url, protection, port) in [
            ("smtps://mail.example.no", Protection::Implicit, 465),
            ("smtp://mail.example.no", Protection::StartTls, 587),
            ("smtp://mail.example.no:2525", Protection::StartTls, 2525),
            ("smtp+plain://127.0.0.1:2525", Protection::None, 2525),
            ("smtp+plain://localhost", Protection::None, 25),
        ] {
            let read = read(&[("notification.smtp_url", url), FROM]).expect(url).expect(url);
            assert_eq!((read.protection, read.port), (protection, port), "{url}");
        }
        for url in [
            "smtp+plain://mail.example.no",
            "http://mail.example.no",
            "smtps://kari:hemmelig@mail.example.no",
            "smtps://mail.example.no/x",
            "smtps://mail.example.no?tls=none",
            "mail.example.no",
        ] {
            assert!(read(&[("notification.smtp_url", url), FROM]).is_err(), "{url}");
        }
        let url = ("notification.smtp_url", "smtps://mail.example.no");
        for more in [
            ("notification.mail_from", "varsel"),
            ("notification.smtp_user", "anrop"),
            ("notification.smtp_password", "/nonexistent"),
            ("notification.smtp_roots", "/nonexistent"),
        ] {
            let from = if more.0 == FROM.0 { more } else { FROM };
            assert!(read(&[url, from, more]).is_err(), "{}", more.0);
        }
    }
}
