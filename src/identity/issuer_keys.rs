//! Keeps the keys of issuers of bearer tokens fresh beside the service, and the last ones in a file beside
//! the look-up spool, sealed by the key ring: a process that is started while an issuer is away goes on
//! with them. It needs no database, and it must not decide which token is believed.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use uuid::Uuid;

use super::published::{Known, PAUSE, Published};
use crate::{app::App, failure::Failure, keys::Place};

/// How old keys become before they are read again.
const KEPT: TimeDelta = TimeDelta::minutes(5);
/// How often it is looked whether they are.
const LOOK: Duration = Duration::from_secs(5);
/// The file in the folder of the spool.
const FILE: &str = "issuer-keys";

/// How it stands with an issuer's keys, for operators.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Who it is.
    pub issuer: String,
    /// How many keys are known.
    pub keys: usize,
    /// When they were read; never if there are none.
    pub read_at: Option<DateTime<Utc>>,
    /// How long ago that was.
    pub age_seconds: Option<i64>,
    /// Why they cannot be read again.
    pub fault: Option<&'static str>,
}

/// How it stands with the keys of those issuers that are asked for them.
pub fn health(app: &App) -> Vec<Health> {
    let now = app.clock().now();
    let of = |published: &std::sync::Arc<Published>| {
        let known = published.known();
        Health {
            issuer: published.issuer().to_owned(),
            keys: known.as_ref().map_or(0, |known| known.keys.count()),
            read_at: known.as_ref().map(|known| known.read_at),
            age_seconds: known.as_ref().map(|known| (now - known.read_at).num_seconds()),
            fault: published.fault(),
        }
    };
    app.issuers().published().map(of).collect()
}

/// Reads keys again before they are old, tells how old they are, and keeps what is new, for as long as it
/// is awaited.
pub async fn follow(app: App) {
    if app.issuers().published().next().is_none() {
        return;
    }
    let mut kept = None;
    loop {
        refresh(&app).await;
        tell(&app);
        let newest = app.issuers().published().filter_map(|one| Some(one.known()?.read_at)).max();
        if newest != kept {
            match keep(&app).await {
                Ok(()) => kept = newest,
                Err(error) => tracing::warn!(%error, "the keys of issuers cannot be kept"),
            }
        }
        let _ = timeout(LOOK, app.issuers().changed().notified()).await;
    }
}

/// Reads the keys that are old, of all issuers at the same time.
pub async fn refresh(app: &App) {
    let now = app.clock().now();
    let mut readings = tokio::task::JoinSet::new();
    for published in app.issuers().published() {
        if published.known().is_none_or(|known| (now - known.read_at).abs() >= KEPT) {
            let published = std::sync::Arc::clone(published);
            readings.spawn(async move { published.read(now, PAUSE).await });
        }
    }
    while readings.join_next().await.is_some() {}
}

fn tell(app: &App) {
    for health in health(app) {
        if let Some(age) = health.age_seconds {
            let issuer = health.issuer.clone();
            #[allow(clippy::cast_precision_loss)] // seconds
            metrics::gauge!("anrop_issuer_keys_age_seconds", "issuer" => issuer).set(age as f64);
        }
        #[allow(clippy::cast_precision_loss)] // a handful
        metrics::gauge!("anrop_issuer_keys", "issuer" => health.issuer).set(health.keys as f64);
    }
}

/// The keys of one issuer in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    issuer: String,
    address: String,
    read_at: DateTime<Utc>,
    jwks: Value,
}

fn place() -> Place {
    Place { table: "issuer", column: "keys", row: Uuid::nil() }
}

fn file(app: &App) -> PathBuf {
    app.settings().spool.join(FILE)
}

/// Takes over the keys that a process before has kept. What cannot be opened is passed over.
pub fn recall(app: &App) {
    let sealed = match std::fs::read(file(app)) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => return tracing::warn!(%error, "the kept keys of issuers cannot be read"),
    };
    let Ok(text) = app.keys().open(place(), &sealed) else {
        return tracing::warn!("the kept keys of issuers were sealed by another key ring");
    };
    for kept in serde_json::from_slice::<Vec<Kept>>(&text).unwrap_or_default() {
        let is_meant = |one: &&std::sync::Arc<Published>| {
            one.issuer() == kept.issuer && one.address() == kept.address
        };
        if let Some(published) = app.issuers().published().find(is_meant)
            && let Some(known) = Known::of_keys(kept.jwks, kept.read_at)
        {
            published.recall(known);
        }
    }
}

/// Keeps the keys that are known, for the next process.
///
/// # Errors
/// When the file cannot be written.
pub async fn keep(app: &App) -> Result<(), Failure> {
    let all: Vec<Kept> = app
        .issuers()
        .published()
        .filter_map(|published| {
            let known = published.known()?;
            Some(Kept {
                issuer: published.issuer().to_owned(),
                address: published.address().to_owned(),
                read_at: known.read_at,
                jwks: known.jwks.clone(),
            })
        })
        .collect();
    let text = serde_json::to_vec(&all).map_err(Failure::internal)?;
    let (sealed, file) = (app.keys().seal(place(), &text), file(app));
    tokio::task::spawn_blocking(move || replace(&file, &sealed))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)
}

/// The whole new content or the whole old one.
fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut temporary, content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file).map_err(|error| error.error)?;
    crate::keys::sync_folder(folder)
}
