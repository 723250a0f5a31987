//! Where a request comes from, for every limit per address. Behind a proxy every request comes from the proxy, so what
//! it says of its client is believed, in `Forwarded` (RFC 7239) or `X-Forwarded-For`; nobody else is. Anybody can write
//! these headers, and proxies add to what is there: they are read from the right, over proxies only. The address is
//! neither kept nor logged.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

use ipnet::IpNet;
use poem::{
    Request,
    http::{HeaderMap, HeaderName, header},
};

use crate::app::App;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Bits of an IPv6 address that one connection has for itself: whoever has it, has all addresses behind them.
const OWN_BITS: u32 = 64;

/// Told once, when it seems that a proxy was forgotten.
static UNNAMED: Once = Once::new();

/// Networks of the proxies in front of the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads networks and single addresses; none when one is neither, or holds every address there is.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Option<Self> {
        let read = |entry: S| {
            let entry = entry.as_ref();
            let one = entry.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            let network = one.or_else(|_| entry.parse::<IpNet>()).ok()?;
            (network.prefix_len() > 0).then_some(network)
        };
        entries.into_iter().map(read).collect::<Option<_>>().map(Self)
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Where a request comes from, as limits count it: an IPv4 address, or the IPv6 network of one connection.
pub fn address_of(app: &App, request: &Request) -> String {
    let peer = request.remote_addr().as_socket_addr().map(SocketAddr::ip);
    let proxies = &app.settings().trusted_proxies;
    let is_told = || {
        [header::FORWARDED, X_FORWARDED_FOR].iter().any(|name| request.headers().contains_key(name))
    };
    if proxies.0.is_empty() && is_told() {
        UNNAMED.call_once(|| {
            tracing::warn!(
                "requests come by a proxy, and none is named: all behind it share the limits of one address. Name it in \
                 http.trusted_proxies"
            );
        });
    }
    peer.map(|peer| client(peer, request.headers(), proxies)).map(network_of).unwrap_or_default()
}

fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let own = address.to_bits() >> (128 - OWN_BITS) << (128 - OWN_BITS);
            format!("{}/{OWN_BITS}", Ipv6Addr::from_bits(own))
        }
    }
}

/// The client of a request that came from `peer` with these headers.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    // on a socket for both, IPv4 comes written as IPv6
    let peer = peer.to_canonical();
    if !proxies.contains(peer) {
        return peer;
    }
    let said = [(header::FORWARDED, forwarded as Reading), (X_FORWARDED_FOR, listed as Reading)];
    let mut said =
        said.into_iter().filter(|(name, _)| headers.contains_key(name)).map(|(name, reading)| {
            let mut hops = Vec::new();
            for line in headers.get_all(name) {
                hops.extend(reading(line.to_str().ok()?)?);
            }
            walk(peer, &hops, proxies)
        });
    // a proxy that writes one of the headers may let the client's own through in the other
    match (said.next(), said.next()) {
        (Some(Some(one)), None) => one,
        (Some(Some(one)), Some(Some(other))) if one == other => one,
        _ => peer,
    }
}

/// Reads a line of a header into what each hop says of the one before, the first client first; none for a bad one.
type Reading = fn(&str) -> Option<Vec<Hop>>;

/// Where a proxy got the request from; a bad entry is told by its nearness only, so it is kept in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hop {
    At(IpAddr),
    /// The proxy does not say.
    Hidden,
    Bad,
}

impl Hop {
    fn read(text: &str) -> Self {
        if text.eq_ignore_ascii_case("unknown") || text.starts_with('_') {
            return Self::Hidden;
        }
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let with_port = || text.parse::<SocketAddr>().map(|both| both.ip());
        bare.parse()
            .or_else(|_| with_port())
            .map_or(Self::Bad, |address: IpAddr| Self::At(address.to_canonical()))
    }
}

/// Goes from the peer towards the client for as long as it meets proxies; none when it meets what it cannot read.
fn walk(peer: IpAddr, hops: &[Hop], proxies: &TrustedProxies) -> Option<IpAddr> {
    let mut at = peer;
    for hop in hops.iter().rev() {
        match hop {
            Hop::At(address) => at = *address,
            Hop::Hidden => break,
            Hop::Bad => return None,
        }
        if !proxies.contains(at) {
            break;
        }
    }
    Some(at)
}

/// `X-Forwarded-For`: addresses between commas.
fn listed(line: &str) -> Option<Vec<Hop>> {
    let entries = line.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    Some(entries.map(Hop::read).collect())
}

/// `Forwarded`: elements between commas, each of pairs between semicolons (RFC 7239 section 4). Only a whole line can
/// be read, because what stands in quotes may hold commas.
fn forwarded(line: &str) -> Option<Vec<Hop>> {
    let mut rest = Rest(line);
    let mut hops = Vec::new();
    loop {
        let mut hop = None;
        let mut has_pairs = false;
        loop {
            rest.spaces();
            if let Some(name) = rest.token() {
                has_pairs = true;
                let value = rest.takes('=').then(|| rest.value())??;
                if name.eq_ignore_ascii_case("for") && hop.replace(Hop::read(&value)).is_some() {
                    return None;
                }
            }
            rest.spaces();
            if !rest.takes(';') {
                break;
            }
        }
        if has_pairs {
            hops.push(hop.unwrap_or(Hop::Hidden));
        }
        if !rest.takes(',') {
            return rest.0.is_empty().then_some(hops);
        }
    }
}

/// What is not read yet of a line.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn takes(&mut self, one: char) -> bool {
        let rest = self.0.strip_prefix(one);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn run(&mut self, fits: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self.0.find(|one| !fits(one)).unwrap_or(self.0.len());
        let (found, rest) = self.0.split_at(end);
        self.0 = rest;
        (!found.is_empty()).then_some(found)
    }

    fn token(&mut self) -> Option<&'a str> {
        self.run(is_token)
    }

    /// A value; an address may stand without the quotes it should have.
    fn value(&mut self) -> Option<String> {
        if !self.takes('"') {
            let plain = |one| is_token(one) || matches!(one, ':' | '[' | ']');
            return self.run(plain).map(str::to_owned);
        }
        let mut value = String::new();
        let mut characters = self.0.char_indices();
        while let Some((at, one)) = characters.next() {
            match one {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    return Some(value);
                }
                '\\' => value.push(characters.next()?.1),
                _ => value.push(one),
            }
        }
        None
    }
}

/// Of what tokens are made (RFC 9110 section 5.6.2).
fn is_token(one: char) -> bool {
    one.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(one)
}

#[cfg(test)]
mod tests;
