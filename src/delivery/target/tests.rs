//! Every network that must be refused, and what an allow-list opens.

use proptest::prelude::*;

use super::*;

fn list(entries: &[&str]) -> AllowList {
    AllowList::parse(entries).expect("an allow-list")
}

fn check(entries: &[&str], target: &str) -> Result<(), TargetFlaw> {
    list(entries).check_url(&Url::parse(target).expect("a URL"))
}

fn resolve(entries: &[&str], name: &str, addresses: &[&str]) -> Result<Vec<String>, TargetFlaw> {
    let resolved =
        addresses.iter().map(|text| SocketAddr::new(text.parse().expect("an address"), 0));
    let kept = list(entries).permitted(name, resolved)?;
    Ok(kept.iter().map(|address| address.ip().to_string()).collect())
}

#[test]
fn public_targets_over_https_pass_on_any_port() {
    for target in [
        "https://receiver.example/hook?x=1",
        "https://receiver.example:8443/",
        "https://8.8.8.8/",
        "https://[2a00:1450::1]:22/",
    ] {
        assert_eq!(check(&[], target), Ok(()), "{target}");
    }
}

#[test]
fn a_target_without_tls_or_with_credentials_is_refused() {
    for (target, flaw) in [
        ("http://receiver.example/", TargetFlaw::Scheme),
        ("ftp://receiver.example/", TargetFlaw::Scheme),
        ("file:///etc/passwd", TargetFlaw::Scheme),
        ("https://user@receiver.example/", TargetFlaw::UserInfo),
        ("https://:password@receiver.example/", TargetFlaw::UserInfo),
        ("https://receiver.example/#part", TargetFlaw::Fragment),
    ] {
        assert_eq!(check(&[], target), Err(flaw), "{target}");
    }
}

#[test]
fn internal_and_special_addresses_are_refused_however_written() {
    for host in [
        "127.0.0.1",
        "127.1",
        "127.255.255.254",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[100::1]",
        "[5f00::1]",
        "[2001:db8::1]",
        "[3fff::1]",
    ] {
        assert_eq!(check(&[], &format!("https://{host}/")), Err(TargetFlaw::Network), "{host}");
    }
}

#[test]
fn neighbours_of_internal_networks_are_public() {
    for host in
        ["172.15.255.255", "172.32.0.1", "100.63.0.1", "100.128.0.1", "11.0.0.1", "128.0.0.1"]
    {
        assert_eq!(check(&[], &format!("https://{host}/")), Ok(()), "{host}");
    }
    assert_eq!(check(&[], "https://[64:ff9b::808:808]/"), Ok(()), "NAT64 of a public address");
}

#[test]
fn a_name_that_resolves_to_an_internal_address_is_refused() {
    for address in ["127.0.0.1", "::1", "10.1.2.3", "::ffff:10.1.2.3", "169.254.169.254", "fd00::1"]
    {
        assert_eq!(
            resolve(&[], "receiver.example", &[address]),
            Err(TargetFlaw::Network),
            "{address}"
        );
    }
    assert_eq!(resolve(&[], "receiver.example", &[]), Err(TargetFlaw::Network));
}

#[test]
fn of_a_mixed_answer_only_the_public_addresses_are_called() {
    let kept = resolve(&[], "receiver.example", &["10.0.0.1", "8.8.8.8", "::1"]);
    assert_eq!(kept, Ok(vec!["8.8.8.8".to_owned()]));
}

#[test]
fn an_allowed_network_opens_itself_and_nothing_else() {
    let entries = &["10.20.0.0/16", "fd00:1::7"];
    assert_eq!(check(entries, "https://10.20.3.4:8443/"), Ok(()));
    assert_eq!(check(entries, "https://[fd00:1::7]/"), Ok(()));
    assert_eq!(check(entries, "https://[::ffff:10.20.3.4]/"), Ok(()), "the same machine");
    assert_eq!(check(entries, "https://10.21.0.1/"), Err(TargetFlaw::Network));
    assert_eq!(check(entries, "https://[fd00:1::8]/"), Err(TargetFlaw::Network));
    assert_eq!(check(entries, "http://10.20.3.4/"), Err(TargetFlaw::Scheme));
    assert!(resolve(entries, "any.example", &["10.20.9.9"]).is_ok());
    assert_eq!(resolve(entries, "any.example", &["10.21.9.9"]), Err(TargetFlaw::Network));
}

#[test]
fn an_allowed_host_opens_its_port_and_nothing_else() {
    let entries = &["receiver.internal:8443"];
    assert_eq!(check(entries, "https://receiver.internal:8443/hook"), Ok(()));
    assert_eq!(check(entries, "https://RECEIVER.internal.:8443/hook"), Ok(()));
    assert_eq!(check(entries, "https://receiver.internal/"), Err(TargetFlaw::Port));
    assert_eq!(check(entries, "http://receiver.internal:8443/"), Err(TargetFlaw::Scheme));
    assert!(resolve(entries, "Receiver.internal.", &["10.0.0.1"]).is_ok());
    assert_eq!(resolve(entries, "other.internal", &["10.0.0.1"]), Err(TargetFlaw::Network));
    let default_port = &["receiver.internal:443"];
    assert_eq!(check(default_port, "https://receiver.internal/"), Ok(()));
    assert_eq!(check(default_port, "https://receiver.internal:22/"), Err(TargetFlaw::Port));
}

#[test]
fn an_allowed_address_with_a_port_opens_that_port() {
    let entries = &["http://127.0.0.1:4010", "[::1]:4010"];
    assert_eq!(check(entries, "http://127.0.0.1:4010/"), Ok(()));
    assert_eq!(check(entries, "https://127.0.0.1:4010/"), Ok(()));
    assert_eq!(check(entries, "http://127.0.0.1:4011/"), Err(TargetFlaw::Scheme));
    assert_eq!(check(entries, "https://127.0.0.1:4011/"), Err(TargetFlaw::Port));
    assert_eq!(check(entries, "https://[::1]:4010/"), Ok(()));
    assert_eq!(check(entries, "https://[::1]/"), Err(TargetFlaw::Port));
    assert_eq!(resolve(entries, "receiver.example", &["127.0.0.1"]), Err(TargetFlaw::Network));
}

#[test]
fn plain_http_is_allowed_only_where_the_list_says_so() {
    let entries = &["http://127.0.0.0/8", "http://localhost", "10.0.0.0/8"];
    assert_eq!(check(entries, "http://127.0.0.1:4010/"), Ok(()));
    assert_eq!(check(entries, "http://localhost:4010/"), Ok(()));
    assert_eq!(check(entries, "http://10.0.0.1/"), Err(TargetFlaw::Scheme));
    assert_eq!(check(entries, "http://receiver.example/"), Err(TargetFlaw::Scheme));
    assert!(list(entries).allows_plain_http());
    assert!(!list(&["10.0.0.0/8", "https://receiver.internal"]).allows_plain_http());
}

#[test]
fn no_list_opens_credential_services_or_group_addresses() {
    let entries = &["0.0.0.0/0", "::/0", "receiver.internal"];
    for address in
        ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "fe80::1", "224.0.0.1", "0.0.0.0"]
    {
        assert_eq!(
            resolve(entries, "receiver.internal", &[address]),
            Err(TargetFlaw::Network),
            "{address}"
        );
    }
    assert_eq!(check(entries, "https://169.254.169.254/"), Err(TargetFlaw::Network));
}

#[test]
fn unreadable_entries_are_refused() {
    for entry in [
        "",
        "10.0.0.0/33",
        "host:port",
        "host:99999",
        "a/b",
        "user@host",
        "http://",
        "host name",
        "host:",
    ] {
        assert_eq!(AllowList::parse([entry]), Err(TargetFlaw::Entry), "{entry:?}");
    }
}

proptest! {
    #[test]
    fn wrapping_an_ipv4_address_never_opens_it(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let expected = reach(address.into());
        let nat64 = Ipv6Addr::from_bits((0x64_ff9b_u128 << 96) | u128::from(bits));
        let six_to_four = Ipv6Addr::from_bits((0x2002_u128 << 112) | (u128::from(bits) << 80));
        for wrapped in [address.to_ipv6_mapped(), nat64, six_to_four] {
            prop_assert_eq!(reach(wrapped.into()), expected);
        }
        let standard_says_internal = address.is_private() || address.is_loopback();
        prop_assert_eq!(standard_says_internal && expected == Reach::Public, false);
    }

    #[test]
    fn a_url_and_its_resolved_address_are_judged_alike(bits in any::<u32>()) {
        let address = Ipv4Addr::from_bits(bits);
        let by_url = check(&[], &format!("https://{address}/")).is_ok();
        let by_name = resolve(&[], "receiver.example", &[&address.to_string()]).is_ok();
        prop_assert_eq!(by_url, by_name);
    }
}
