//! Whose address is believed: nobody's but that of proxies, whatever a client writes.

use poem::http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn proxies() -> TrustedProxies {
    TrustedProxies::parse(["10.1.0.0/16", "2001:db8:ff::/48"]).expect("networks")
}

/// Names and values of headers.
type Lines<'a> = &'a [(&'static str, &'a str)];

fn headers(lines: Lines<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, line) in lines {
        let line = HeaderValue::from_bytes(line.as_bytes()).expect("a line of a header");
        headers.append(*name, line);
    }
    headers
}

#[test]
fn proxies_are_believed_and_nobody_else() {
    // where it comes from, its headers, and who the client is
    type Case<'a> = (&'a str, Lines<'a>, &'a str);
    const F: &str = "forwarded";
    const X: &str = "x-forwarded-for";
    let (proxy, client_4, client_6) = ("10.1.0.1", "192.0.2.7", "2001:db8::7");
    let cases: &[Case<'_>] = &[
        (proxy, &[], proxy),
        (proxy, &[(F, "for=192.0.2.7")], client_4),
        (proxy, &[(F, "For=\"192.0.2.7:4711\";proto=https;by=10.1.0.1")], client_4),
        (proxy, &[(F, "proto=https; for=192.0.2.7:4711")], client_4),
        (proxy, &[(F, "for=\"[2001:db8::7]\"")], client_6),
        (proxy, &[(F, "for=\"[2001:db8::7]:80\", ,")], client_6),
        (proxy, &[(F, "for=\"::ffff:192.0.2.7\"")], client_4),
        (proxy, &[(X, "192.0.2.7")], client_4),
        (proxy, &[(X, "192.0.2.7:4711")], client_4),
        (proxy, &[(X, "[2001:db8::7]:80")], client_6),
        (proxy, &[(X, "2001:db8::7")], client_6),
        ("2001:db8:ff::1", &[(X, "192.0.2.7")], client_4),
        ("::ffff:10.1.0.1", &[(X, "192.0.2.7")], client_4),
        // from the right, over proxies only
        (proxy, &[(X, "198.51.100.1, 192.0.2.7")], client_4),
        (proxy, &[(X, "nonsense, 192.0.2.7, 10.1.2.3")], client_4),
        (proxy, &[(X, "198.51.100.1"), (X, "192.0.2.7"), (X, "10.1.2.3")], client_4),
        (proxy, &[(F, "for=198.51.100.1, for=192.0.2.7"), (F, "for=10.1.2.3")], client_4),
        (proxy, &[(X, "10.1.9.9, 10.1.2.3")], "10.1.9.9"),
        // what a proxy does not say is not made up
        (proxy, &[(F, "for=192.0.2.7, for=unknown, for=10.1.2.3")], "10.1.2.3"),
        (proxy, &[(F, "for=192.0.2.7, for=_hidden")], proxy),
        (proxy, &[(F, "for=192.0.2.7, proto=https")], proxy),
        (proxy, &[(X, "192.0.2.7, unknown")], proxy),
        // bad lines say nothing
        (proxy, &[(F, "for=192.0.2.7;")], client_4),
        (proxy, &[(F, "for=")], proxy),
        (proxy, &[(F, "for")], proxy),
        (proxy, &[(F, "for=192.0.2.7;for=192.0.2.8")], proxy),
        (proxy, &[(F, "for=\"192.0.2.7")], proxy),
        (proxy, &[(F, "for=\"192.0.2.7\\\"")], proxy),
        (proxy, &[(F, "for=192.0.2.999")], proxy),
        (proxy, &[(F, "for=192.0.2.7 for=192.0.2.8")], proxy),
        (proxy, &[(X, "192.0.2.7, 192.0.2")], proxy),
        (proxy, &[(X, "192.0.2.7:99999")], proxy),
        (proxy, &[(X, "192.0.2.\u{e9}")], proxy),
        // both headers: only when they agree
        (proxy, &[(F, "for=192.0.2.7"), (X, "192.0.2.7")], client_4),
        (proxy, &[(F, "for=192.0.2.8"), (X, "192.0.2.7")], proxy),
        (proxy, &[(F, "for=\""), (X, "192.0.2.7")], proxy),
        // who is no proxy says nothing of anybody
        ("203.0.113.5", &[(F, "for=192.0.2.7"), (X, "192.0.2.7")], "203.0.113.5"),
        ("::ffff:203.0.113.5", &[(X, "10.1.0.1")], "203.0.113.5"),
    ];
    for (peer, lines, expected) in cases {
        let found = client(at(peer), &headers(lines), &proxies());
        assert_eq!(found, at(expected), "{peer} {lines:?}");
    }
    let nobody = TrustedProxies::default();
    assert_eq!(client(at(proxy), &headers(&[(X, "192.0.2.7")]), &nobody), at(proxy));
}

#[test]
fn networks_and_addresses_are_read_and_the_whole_net_is_none() {
    assert_eq!(TrustedProxies::parse([""; 0]), Some(TrustedProxies::default()));
    let mixed = TrustedProxies::parse(["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8"]);
    let mixed = mixed.expect("networks");
    for address in ["127.0.0.1", "::1", "10.255.0.1", "fd12::1"] {
        assert!(mixed.contains(at(address)), "{address}");
    }
    for address in ["127.0.0.2", "::2", "11.0.0.1", "2001:db8::1"] {
        assert!(!mixed.contains(at(address)), "{address}");
    }
    for wrong in ["proxy.example", "10.0.0.0/33", "10.0.0", "0.0.0.0/0", "::/0", "*"] {
        assert_eq!(TrustedProxies::parse(["::1", wrong]), None, "{wrong}");
    }
}

#[test]
fn a_connection_counts_as_one_however_many_addresses_it_has() {
    assert_eq!(network_of(at("192.0.2.7")), "192.0.2.7");
    assert_eq!(network_of(at("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
    assert_eq!(network_of(at("2001:db8:1:2::")), network_of(at("2001:db8:1:2:ffff::1")));
    assert_ne!(network_of(at("2001:db8:1:3::")), network_of(at("2001:db8:1:2::")));
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
        .prop_map(|address: IpAddr| address.to_canonical())
}

/// As the RFC has it.
fn node(address: IpAddr, port: Option<u16>) -> String {
    match (address, port) {
        (IpAddr::V4(one), None) => format!("for={one}"),
        (IpAddr::V6(one), None) => format!("for=\"[{one}]\""),
        (one, Some(port)) => format!("for=\"{}\"", SocketAddr::new(one, port)),
    }
}

/// What somebody may write into a header.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,60}",
        "(for=|\"|\\\\|,|;|=|\\[|\\]|192\\.0\\.2\\.1|10\\.1\\.0\\.9|unknown|_x| ){0,20}",
    ]
}

proptest! {
    #[test]
    fn a_client_cannot_choose_its_address(
        client_at in address().prop_filter("no proxy", |one| !proxies().contains(*one)),
        port in any::<Option<u16>>(),
        before in anything(),
        is_same_line in any::<bool>(),
        is_listed in any::<bool>(),
    ) {
        let peer = at("10.1.0.1");
        let (name, own) = if is_listed {
            ("x-forwarded-for", client_at.to_string())
        } else {
            ("forwarded", node(client_at, port))
        };
        let joined = format!("{before}, {own}");
        let lines = if is_same_line {
            headers(&[(name, joined.as_str())])
        } else {
            headers(&[(name, before.as_str()), (name, own.as_str())])
        };
        let found = client(peer, &lines, &proxies());
        prop_assert!(found == client_at || found == peer, "{lines:?}: {found}");
        if is_listed {
            prop_assert_eq!(found, client_at);
        }
    }

    #[test]
    fn who_is_no_proxy_is_its_own_client(
        peer in address().prop_filter("no proxy", |one| !proxies().contains(*one)),
        one in anything(),
        other in anything(),
    ) {
        let lines = headers(&[("forwarded", one.as_str()), ("x-forwarded-for", other.as_str())]);
        prop_assert_eq!(client(peer, &lines, &proxies()), peer);
    }

    #[test]
    fn what_is_written_by_the_rules_is_read(
        hops in prop::collection::vec((address(), any::<Option<u16>>()), 1..6),
    ) {
        let line: Vec<String> = hops.iter().map(|(one, port)| node(*one, *port)).collect();
        let read = forwarded(&line.join(", "));
        let meant = hops.iter().map(|(one, _)| Hop::At(*one)).collect::<Vec<_>>();
        prop_assert_eq!(read, Some(meant));
    }
}
