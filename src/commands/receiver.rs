//! `anrop receiver`: the rescue centre's own copy, and `anrop extract`, which fills one without a line.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use poem::{Server, listener::TcpListener};

use super::run::{app, in_words, log, settings, stopped};
use crate::{
    clock::SystemClock,
    config::receiver::{self as config, ReceiverSettings},
    receiver::{Receiver, actions, api},
    rescue::{
        actions as rescue,
        extract::{ReceiverKey, ReceiverPublicKey},
    },
};

/// What the receiver is asked to do.
#[derive(Debug, Clone, clap::Args)]
pub struct ReceiverArguments {
    /// Make its key, print the public half, and end.
    #[arg(long)]
    init: bool,
    /// Fill the copy from an extract, and end.
    #[arg(long, value_name = "FILE")]
    load: Option<PathBuf>,
    /// Print the look-ups made here, one line of JSON each, and end.
    #[arg(long)]
    look_ups: bool,
    /// Let the running receiver give up so many permits at most that the registry does not have, or has in a lower
    /// version only, and end. `/status` tells how many wait for this.
    #[arg(long, value_name = "PERMITS")]
    accept_losses: Option<u64>,
}

/// `anrop receiver`.
///
/// # Errors
/// In words for the operator.
pub async fn run(file: Option<PathBuf>, arguments: ReceiverArguments) -> Result<(), String> {
    let settings = config::load(file.as_ref()).map_err(|faults| {
        let list: String = faults.iter().map(|fault| format!("\n  - {fault}")).collect();
        format!("the configuration has faults:{list}")
    })?;
    log(settings.log_format_json);
    if arguments.init {
        return init(&settings);
    }
    if let Some(permits) = arguments.accept_losses {
        actions::accept(&settings.data, permits)
            .map_err(|error| format!("{}: {error}", settings.data.display()))?;
        println!("the receiver may give up {permits} permits at most, with its next comparison");
        return Ok(());
    }
    let receiver = Receiver::open(settings, Arc::new(SystemClock)).await.map_err(in_words)?;
    if let Some(path) = arguments.load {
        let read = actions::load_extract(&receiver, &path).await.map_err(in_words)?;
        println!("{} permits as of {} are in the copy", read.permits, read.at);
    } else if arguments.look_ups {
        for line in actions::notes(&receiver).await.map_err(in_words)? {
            println!("{line}");
        }
    } else {
        serve(&receiver).await?;
    }
    receiver.copy().db().close().await;
    Ok(())
}

/// Makes the key and an empty file of trusted keys; what is there already stays.
fn init(settings: &ReceiverSettings) -> Result<(), String> {
    let told = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    for path in [&settings.key, &settings.trust] {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| told(folder, error))?;
        }
    }
    if !settings.key.exists() {
        write_private(&settings.key, ReceiverKey::generate().to_text().as_bytes())
            .map_err(|error| told(&settings.key, error))?;
    }
    if !settings.trust.exists() {
        write_private(&settings.trust, TRUST.as_bytes())
            .map_err(|error| told(&settings.trust, error))?;
    }
    let key = crate::receiver::read_key(&settings.key).map_err(in_words)?;
    println!("{}", key.public());
    Ok(())
}

const TRUST: &str = "# The keys this receiver trusts, one a line:\n\
    # whsec_...         secret of the subscription, as the registry's administrator was shown it\n\
    # whpk_...          public key of the subscription\n\
    # digest BASE64     public key of the registry's digests and extracts\n";

/// Writes a file that nobody else can read, where none stands yet.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

async fn serve(receiver: &Receiver) -> Result<(), String> {
    let listen = receiver.settings().listen;
    let following = tokio::spawn(actions::follow(receiver.clone()));
    tracing::info!(%listen, "receiving");
    let outcome = Server::new(TcpListener::bind(listen))
        .name("anrop-receiver")
        .run_with_graceful_shutdown(api::routes(receiver), stopped(), Some(Duration::from_secs(10)))
        .await;
    following.abort();
    let _ = following.await;
    actions::write_last(receiver).await;
    outcome.map_err(|error| format!("cannot listen on {listen}: {error}"))
}

/// `anrop extract`: everything a rescue centre gets, for one receiver.
///
/// # Errors
/// In words for the operator.
pub async fn extract(
    file: Option<PathBuf>,
    receiver: &str,
    after: Option<i64>,
    out: &Path,
    officer: &str,
) -> Result<(), String> {
    let receiver = ReceiverPublicKey::parse(receiver).map_err(|flaw| flaw.to_string())?;
    let settings = settings(file.as_ref())?;
    log(settings.log_format_json);
    let app = app(settings).await?;
    let written = rescue::write_extract(&app, officer, &receiver, after, out);
    let written = written.await.map_err(in_words)?;
    println!("{} permits as of {} in {}", written.permits, written.at, out.display());
    app.db().close().await;
    Ok(())
}
