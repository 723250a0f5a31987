//! The figure of a receiver's copy: what the digest costs, and how long a receiver with nothing takes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anrop::{clock::SystemClock, identity::Role};

use super::{
    Bench,
    client::{HEAD, hammer, request},
};

/// What the digest costs, and how long a receiver with nothing takes until it equals the registry.
pub async fn run(bench: &Bench) {
    use anrop::{
        config::receiver::ReceiverSettings,
        receiver::{Receiver, actions},
        rescue::extract::ReceiverKey,
    };
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let authorization = format!("Bearer {}", bench.role(Role::Rescue));
    let ask = move |n: u64| {
        let headers = [("Authorization", &*authorization)];
        let node = if n.is_multiple_of(2) { String::new() } else { format!("{:x}", n % 16) };
        request("GET", &format!("/v1/rescue/digest?node={node}"), &headers, None)
    };
    println!("{HEAD}");
    hammer(&bench.server, 1, bench.seconds, 200, ask).await.row("digest, root and one node", None);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let keys = bench.keys.as_ref().expect("the key ring of the service").status();
    let write = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(path(name), text).expect("writes");
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path(name), mode).expect("sets the mode");
    };
    write("key", &ReceiverKey::generate().to_text());
    write("trust", &format!("digest {}\n", STANDARD.encode(keys.checkpoint_public)));
    write("token", &bench.role(Role::Rescue));
    let settings = ReceiverSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        registry: Some(format!("http://{}", bench.server)),
        key: path("key"),
        data: path("copy"),
        trust: path("trust"),
        token: Some(anrop::config::receiver::TokenSettings::File(path("token"))),
        identity: None,
        roots: None,
        readers: None,
        poll: Duration::from_secs(60),
        compare: Duration::from_secs(3600),
        log_format_json: true,
    };
    let receiver = Receiver::open(settings, Arc::new(SystemClock)).await.expect("opens");
    let started = Instant::now();
    let changes = actions::catch_up(&receiver).await.expect("catches up");
    let caught_up = started.elapsed().as_secs_f64();
    let comparison = actions::reconcile(&receiver).await.expect("equal");
    let equal = started.elapsed().as_secs_f64();
    let held = receiver.copy().count().await.expect("counts");
    println!(
        "\nA new receiver read {changes} changes in {caught_up:.1} s and equalled the registry, {} live permits, \
         after {equal:.1} s; {} were found by {} requests for the digest.",
        held.live, comparison.repaired, comparison.requests
    );
}
