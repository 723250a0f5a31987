//! The whole registry on one machine with made-up data: service, jobs, a stand-in rescue centre and a
//! stand-in programmer that check signatures, and test people of every role.
//!
//! It must not be used for anything real: its keys are its own and production refuses them, it listens
//! on this machine only unless told otherwise, and anybody who can read its folder can act as anybody.

mod affairs;
mod aircraft;
mod appeals;
mod applications;
mod businesses;
mod history;
mod mail;
mod messages;
mod numbers;
pub mod people;
mod receiver;
mod spectrum;
mod stand_in;
mod stations;
mod supervision;
#[cfg(test)]
mod tests;
mod transmitters;
mod walk;
mod year;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use super::run::{in_words, log, serve_app, stopped};
use crate::{
    app::{App, Parts},
    clock::{Clock as _, ManualClock, SystemClock},
    config::{self, Mode, Settings},
    database::Migration,
    failure::Failure,
    identity::Sight,
    jobs::Duties,
    keys::{KeyRing, Origin},
    notification::{
        client::GatewaySettings,
        email::client::{MailSettings, Protection},
    },
    permit::{self, kind},
    representation::client::RepresentationSettings,
};
use stand_in::StandIn;

/// Says that the made-up data are complete; without it they are made anew.
const COMPLETE: &str = "complete";
/// Plain HTTP on this machine, for the stand-ins.
const LOOPBACK: &str = "http://127.0.0.1";

/// `anrop demo`.
///
/// # Errors
/// In words for the operator.
pub async fn run(listen: SocketAddr, folder: &Path) -> Result<(), String> {
    log(false);
    let listen = free_address(listen)?;
    let mut settings = settings(listen, folder)?;
    let messages = messages::start().await?;
    settings.gateway =
        Some(GatewaySettings { url: messages.gateway, token: None, sender: "anrop".to_owned() });
    let (port, sender) = (messages.mail_port, "ikke-svar@example.no");
    settings.mail = Some(MailSettings::new("127.0.0.1", port, Protection::None, sender));
    settings.unit_register =
        Some(format!("{}{}", settings.public_url, crate::web::unit_register_stand_in::PATH));
    settings.representation = Some(RepresentationSettings::stand_in(format!(
        "{}{}",
        settings.public_url,
        crate::web::representation_stand_in::PATH
    )));
    let keys = key_ring(folder)?;
    if !folder.join(COMPLETE).exists() {
        first_start(&settings, folder).await?;
    }
    let app =
        App::new(Parts { settings, clock: Arc::new(SystemClock), keys }).await.map_err(in_words)?;
    take_up(&app, folder).await?;
    let stand_ins = stand_in::start_all(&app).await?;
    let receiver = receiver::start(&app, folder).await?;
    let people = people::all(&app)?;
    let walk = walk::write(&app, folder, &people)?;
    tokio::spawn(greet_when_up(
        listen,
        greeting(&app, folder, (&stand_ins, &receiver, &messages.shown), &people, &walk),
    ));
    serve_app(&app, Duties::Both, stopped()).await
}

/// Takes up the data of an earlier start. Those of another version that this one cannot read are left as
/// they are.
async fn take_up(app: &App, folder: &Path) -> Result<(), String> {
    let outcome = match app.db().migrate(Migration::Up).await {
        Ok(()) => read_back(app).await,
        Err(failure) => Err(failure),
    };
    outcome.map_err(|failure| {
        let folder = folder.display();
        format!(
            "the data in {folder} were made by another version of anrop, and this one cannot read them ({}). \
             Delete the folder {folder} and start again, which makes them anew, or name another with --data",
            in_words(failure)
        )
    })
}

/// Reads every permit, its details with the eyes of its kind.
async fn read_back(app: &App) -> Result<(), Failure> {
    let connection = app.db().read();
    let mut after = None;
    loop {
        let query = permit::store::PermitQuery::default();
        let (page, _) = permit::store::list(connection, Sight::All, query, after, 500).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id.0);
        for permit in page {
            if !kind::any(permit.kind).reads_back(&permit.details) {
                return Err(Failure::internal(format!(
                    "the details of permit {} do not read back",
                    permit.number
                )));
            }
        }
    }
}

/// The address with its port, found free: a demo that cannot listen says so before it makes anything.
fn free_address(wanted: SocketAddr) -> Result<SocketAddr, String> {
    std::net::TcpListener::bind(wanted)
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("cannot listen on {wanted}: {error}; name another with --listen"))
}

fn settings(listen: SocketAddr, folder: &Path) -> Result<Settings, String> {
    let mut settings = config::load(None).map_err(|faults| faults.join("\n"))?;
    settings.mode = Mode::Development;
    settings.listen = listen;
    settings.metrics_listen = free_address(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))?;
    settings.public_url = format!("http://{listen}");
    settings.database_url = format!("sqlite:{}", folder.join("anrop.db").display());
    settings.database_direct_url = None;
    settings.key_ring = folder.join("keys.toml");
    settings.checkpoints = folder.join("checkpoints");
    settings.spool = folder.join("spool");
    settings.built_in_issuer = true;
    settings.national_ids = crate::identity::token::NationalIdPolicy::SyntheticOnly;
    settings.delivery_allow = vec![LOOPBACK.to_owned()];
    settings.test_series = true;
    settings.log_format_json = false;
    Ok(settings)
}

fn key_ring(folder: &Path) -> Result<KeyRing, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = folder.join("keys.toml");
    if !path.exists() {
        KeyRing::generate(SystemClock.now(), Origin::Demo)
            .create(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    KeyRing::load(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Makes the data on a clock of their own, so that they have a year behind them.
async fn first_start(settings: &Settings, folder: &Path) -> Result<(), String> {
    for name in ["anrop.db", "anrop.db-wal", "anrop.db-shm"] {
        // what an interrupted first start left; usually nothing
        let _ = std::fs::remove_file(folder.join(name));
    }
    eprintln!("first start: making up a year of applications and permits");
    let clock = Arc::new(ManualClock::new(history::begin(SystemClock.now())));
    let parts = Parts {
        // nobody is written to about a year that is made up
        settings: Settings { mail: None, ..settings.clone() },
        clock: Arc::clone(&clock) as Arc<dyn crate::clock::Clock>,
        keys: KeyRing::load(&settings.key_ring).map_err(|error| error.to_string())?,
    };
    let app = App::new(parts).await.map_err(in_words)?;
    app.db().migrate(Migration::Up).await.map_err(in_words)?;
    stand_in::subscribe(&app).await?;
    history::make(&app, &clock).await.map_err(in_words)?;
    crate::seal::sealer::seal_all(&app).await.map_err(in_words)?;
    app.db().close().await;
    std::fs::write(folder.join(COMPLETE), "").map_err(|error| error.to_string())
}

fn greeting(
    app: &App,
    folder: &Path,
    (stand_ins, receiver, messages): (&[StandIn], &str, &str),
    people: &[people::Person],
    walk: &str,
) -> String {
    use std::fmt::Write as _;
    let settings = app.settings();
    let mut text = String::new();
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    line(format!(
        "\nanrop demo: everything here is made up.\n\n  service          {}",
        settings.public_url
    ));
    line(format!("  operations       {}/docs", settings.public_url));
    for stand_in in stand_ins {
        line(format!("  {:<16} {}", stand_in.title, stand_in.address()));
    }
    line(format!("  receiver         {receiver}/status"));
    line(format!("  text and e-mail  {messages}"));
    for (what, path) in [
        ("apply, my page", "my-page"),
        ("caseworkers", "casework"),
        ("rescue desk", "rescue-desk"),
        ("deliveries", "deliveries"),
    ] {
        line(format!("  {what:<16} {}/{path}", settings.public_url));
    }
    line(format!("  metrics          http://{}/metrics", settings.metrics_listen));
    line(format!("\nTest people; each token is good for {} hours:\n", people::HOURS));
    for person in people {
        line(format!("# {}\n{}='{}'", person.what, person.name, person.token));
    }
    line(format!(
        "\nThe job in six steps, to be pasted line by line, or at once: sh {}\n",
        folder.join(walk::FILE).display()
    ));
    line(walk.to_owned());
    line(
        "What everybody may read of the other kinds, and what a provider and a business see:\n"
            .to_owned(),
    );
    for list in ["installers", "suppliers", "frequency-permits", "number-ranges"] {
        line(format!("curl -sS '{}/v1/{list}?limit=3'", settings.public_url));
    }
    let business = people::synthetic().organisation(people::BUSINESS).number;
    for (who, path) in [
        ("PROVIDER", format!("priority-approvals/{business}")),
        ("BUSINESS", "permits".to_owned()),
        ("REPRESENTATIVE", "cases".to_owned()),
    ] {
        let url = &settings.public_url;
        line(format!("curl -sS -H \"Authorization: Bearer ${who}\" '{url}/v1/{path}'"));
    }
    line(String::new());
    line(format!(
        "The rescue centre's own copy answers alike, also while the service is down:\n\ncurl -sS -H 'Incident-Reference: pending' '{receiver}/v1/rescue/beacons/1D0E9B07CEFFBFF'\n"
    ));
    line("Stop with Ctrl-C. Starting again keeps the data.".to_owned());
    text
}

/// Prints the greeting once the service answers.
async fn greet_when_up(listen: SocketAddr, greeting: String) {
    while tokio::net::TcpStream::connect(listen).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    println!("{greeting}");
}
