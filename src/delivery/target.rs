//! Which addresses a delivery may be sent to.
//!
//! Recipients choose their own addresses, so without these rules a subscription could make the
//! registry call machines inside its own network (server-side request forgery). Pure: it judges
//! URLs and resolved addresses that it is given. It must not resolve names or connect; the sender
//! does, and connects only to addresses that were judged here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::values::Flaw;

/// Why a target is not one that may be called, or an entry of the allow-list cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetFlaw {
    #[error("The address must begin with https://.")]
    Scheme,
    #[error("The address must not contain a user name or password.")]
    UserInfo,
    #[error("The address must not contain a fragment (#).")]
    Fragment,
    #[error("The address has no host.")]
    Host,
    #[error(
        "The address lies in a private or special network, which the configuration does not allow."
    )]
    Network,
    #[error("This host is allowed on another port only.")]
    Port,
    #[error(
        "The entry is not a network, an IP address or a host with an optional port, optionally after http://."
    )]
    Entry,
}

impl Flaw for TargetFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Scheme => "target-scheme",
            Self::UserInfo => "target-user-info",
            Self::Fragment => "target-fragment",
            Self::Host => "target-host",
            Self::Network => "target-network",
            Self::Port => "target-port",
            Self::Entry => "target-entry",
        }
    }
}

/// The internal targets that the operator allows. Empty: only public addresses over https.
///
/// An entry is one of
/// - a network or single address, `10.20.0.0/16` or `fd00:1::7`: names may resolve to it, any port;
/// - a host with an optional port, `receiver.internal:8443`: that name may resolve to any internal
///   address, and no other port of it may be called.
///
/// `http://` before an entry allows plain HTTP as well; before a network this holds only for
/// addresses written as numbers. Production configurations should hold none of these
/// ([`AllowList::allows_plain_http`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    plain_http: bool,
    scope: Scope,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Network(IpNet),
    /// Host in the form that [`host_name`] gives.
    Host {
        name: String,
        port: Option<u16>,
    },
}

impl AllowList {
    /// Reads the entries of the configuration.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self, TargetFlaw> {
        entries
            .into_iter()
            .map(|entry| entry.as_ref().trim().parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether any entry allows deliveries without TLS.
    pub fn allows_plain_http(&self) -> bool {
        self.0.iter().any(|entry| entry.plain_http)
    }

    /// Judges an address before anything is sent, and already when a recipient enters it. A name
    /// that passes can still be refused by [`AllowList::permitted`] once it is resolved.
    pub fn check_url(&self, target: &Url) -> Result<(), TargetFlaw> {
        if !matches!(target.scheme(), "https" | "http") {
            return Err(TargetFlaw::Scheme);
        }
        if !target.username().is_empty() || target.password().is_some() {
            return Err(TargetFlaw::UserInfo);
        }
        if target.fragment().is_some() {
            return Err(TargetFlaw::Fragment);
        }
        let host = target.host().ok_or(TargetFlaw::Host)?;
        let port = target.port_or_known_default().ok_or(TargetFlaw::Port)?;
        let name = host_name(&host);
        let literal = literal(&host);
        let matching: Vec<&Entry> =
            self.0.iter().filter(|entry| entry.covers(&name, port, literal)).collect();
        if target.scheme() == "http" && !matching.iter().any(|entry| entry.plain_http) {
            return Err(TargetFlaw::Scheme);
        }
        if matching.is_empty() && self.lists_host(&name) {
            return Err(TargetFlaw::Port);
        }
        match literal.map(reach) {
            None | Some(Reach::Public) => Ok(()),
            Some(Reach::Internal) if !matching.is_empty() => Ok(()),
            Some(Reach::Internal | Reach::Never) => Err(TargetFlaw::Network),
        }
    }

    /// The addresses that `name` resolved to and that may be called; the rest are left out, and if
    /// none remain the target is refused.
    pub fn permitted(
        &self,
        name: &str,
        resolved: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, TargetFlaw> {
        let listed = self.lists_host(&normal(name));
        let allowed = |address: IpAddr| match reach(address) {
            Reach::Public => true,
            Reach::Internal => listed || self.0.iter().any(|entry| entry.contains(address)),
            Reach::Never => false,
        };
        let addresses: Vec<_> = resolved.into_iter().filter(|found| allowed(found.ip())).collect();
        if addresses.is_empty() { Err(TargetFlaw::Network) } else { Ok(addresses) }
    }

    fn lists_host(&self, host: &str) -> bool {
        self.0.iter().any(|entry| matches!(&entry.scope, Scope::Host { name, .. } if name == host))
    }
}

impl Entry {
    fn covers(&self, host: &str, port: u16, literal: Option<IpAddr>) -> bool {
        match &self.scope {
            Scope::Network(_) => literal.is_some_and(|address| self.contains(address)),
            Scope::Host { name, port: only } => {
                name == host && only.is_none_or(|only| only == port)
            }
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        matches!(&self.scope, Scope::Network(network) if network.contains(&plain(address)))
    }
}

impl FromStr for Entry {
    type Err = TargetFlaw;

    fn from_str(text: &str) -> Result<Self, TargetFlaw> {
        let (plain_http, rest) = match text.strip_prefix("http://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("https://").unwrap_or(text)),
        };
        let network = rest.parse().or_else(|_| rest.parse::<IpAddr>().map(IpNet::from));
        let scope = match network {
            Ok(network) => Scope::Network(network),
            Err(_) => host_scope(rest)?,
        };
        Ok(Self { plain_http, scope })
    }
}

/// Reads `host`, `host:port` or `[v6]:port` by the same rules as the targets themselves.
fn host_scope(text: &str) -> Result<Scope, TargetFlaw> {
    if text.is_empty() || text.contains(['/', '?', '#', '@', '\\']) {
        return Err(TargetFlaw::Entry);
    }
    // The port is read here, because `Url` drops one that is the default of its scheme.
    let port = match text.rsplit_once(':') {
        Some((_, digits)) if !digits.ends_with(']') => {
            Some(digits.parse().map_err(|_| TargetFlaw::Entry)?)
        }
        _ => None,
    };
    let url = Url::parse(&format!("https://{text}/")).map_err(|_| TargetFlaw::Entry)?;
    let host = url.host().ok_or(TargetFlaw::Entry)?;
    Ok(Scope::Host { name: host_name(&host), port })
}

fn host_name(host: &Host<&str>) -> String {
    normal(&host.to_string())
}

/// A name without the full stop of the root and in lower case, so that `LOCALHOST.` is `localhost`.
fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn literal(host: &Host<&str>) -> Option<IpAddr> {
    match *host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
    }
}

/// Who can be behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Anyone on the internet.
    Public,
    /// A machine in the operator's own network; only if allowed.
    Internal,
    /// No receiver of deliveries; not even if allowed.
    Never,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> IpNet {
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix)
}

const fn v6(head: [u16; 4], tail: u16, prefix: u8) -> IpNet {
    let [a, b, c, d] = head;
    IpNet::new_assert(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, tail)), prefix)
}

/// Loopback, private use, carrier-grade NAT and unique local addresses (IANA special-purpose
/// address registries: RFC 1122, RFC 1918, RFC 6598, RFC 4291, RFC 4193).
const INTERNAL: [IpNet; 7] = [
    v4(127, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v4(100, 64, 0, 0, 10),
    v6([0, 0, 0, 0], 1, 128),
    v6([0xfc00, 0, 0, 0], 0, 7),
];

/// Addresses where cloud providers serve machine credentials, and the other special-purpose networks
/// of the IANA registries. Link-local networks stand here because no receiver needs one and most
/// credential services live in them.
const NEVER: [IpNet; 19] = [
    v4(0, 0, 0, 0, 8),
    v4(100, 100, 100, 200, 32),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 31, 196, 0, 24),
    v4(192, 52, 193, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 175, 48, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 3),
    v6([0xfd00, 0xec2, 0, 0], 0x254, 128),
    v6([0x2001, 0, 0, 0], 0, 23),
    v6([0x2001, 0xdb8, 0, 0], 0, 32),
    v6([0x3fff, 0, 0, 0], 0, 20),
    v6([0x2620, 0x4f, 0x8000, 0], 0, 48),
];

/// The only IPv6 block from which public addresses are given out (RFC 4291, 2.4).
const GLOBAL_V6: IpNet = v6([0x2000, 0, 0, 0], 0, 3);

fn reach(address: IpAddr) -> Reach {
    let address = plain(address);
    let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
    if within(&NEVER) {
        Reach::Never
    } else if within(&INTERNAL) {
        Reach::Internal
    } else if address.is_ipv4() || GLOBAL_V6.contains(&address) {
        Reach::Public
    } else {
        Reach::Never
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped (`::ffff:0:0/96`, RFC 4291), NAT64
/// (`64:ff9b::/96`, RFC 6052) or 6to4 (`2002::/16`, RFC 3056); otherwise the address itself.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    let octets = six.octets();
    let from = |at: usize| {
        Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]).into()
    };
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => from(12),
        [0x2002, ..] => from(2),
        _ => address,
    }
}

#[cfg(test)]
mod tests;
