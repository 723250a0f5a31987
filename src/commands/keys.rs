//! The key ring, and tokens of the built-in issuer.

use std::{path::PathBuf, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use clap::Subcommand;

use super::{
    progress::Progress,
    run::{in_words, settings},
};
use crate::{
    clock::{Clock as _, SystemClock},
    database::{DatabaseSettings, Db},
    identity::{
        Role,
        token::{self, Ticket},
    },
    keys::{KeyRing, Origin},
    rekey,
};

/// What can be done with the key ring.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a ring; never overwrites one.
    Init,
    /// Add a new key and make it the active one; older ones stay for reading.
    Rotate,
    /// Sign checkpoints, digests and extracts with a new key; what the one before has signed still verifies.
    RotateCheckpoints,
    /// Seal everything in the database under the active key, when every process uses it. May be
    /// broken off and run again, also beside the service on PostgreSQL.
    Reseal,
    /// Show ids and dates, never keys.
    Status,
}

/// `anrop keys`.
///
/// # Errors
/// In words for the operator.
pub async fn run(file: Option<PathBuf>, command: &KeysCommand) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    let path = settings.key_ring;
    let now = SystemClock.now();
    let words = |error: crate::keys::RingError| format!("{error} ({})", path.display());
    match command {
        KeysCommand::Init => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            }
            KeyRing::generate(now, Origin::Operator).create(&path).map_err(words)?;
            println!("made {}; keep a copy of it apart from the database", path.display());
        }
        KeysCommand::Rotate => {
            let mut ring = KeyRing::load(&path).map_err(words)?;
            let id = ring.rotate(now);
            ring.save(&path).map_err(words)?;
            println!(
                "key {id} is active; restart every process so that it is used, then run anrop keys reseal"
            );
        }
        KeysCommand::RotateCheckpoints => {
            let mut ring = KeyRing::load(&path).map_err(words)?;
            ring.rotate_checkpoint_key();
            ring.save(&path).map_err(words)?;
            let public = STANDARD.encode(ring.status().checkpoint_public);
            println!(
                "new public key of checkpoints, digests and the static register: {public}\ngive it to every rescue \
                 centre, which keeps the one before beside it; then restart every process"
            );
        }
        KeysCommand::Reseal => {
            let ring = KeyRing::load(&path).map_err(words)?;
            let db = Db::connect(
                &DatabaseSettings { url: settings.database_url, connections: 2, exclusive: true },
                Arc::new(SystemClock),
            )
            .await
            .map_err(in_words)?;
            let mut progress =
                Progress::new("rows", rekey::store::rows(db.read()).await.map_err(in_words)?);
            let outcome = rekey::reseal(&db, &ring, |rows| progress.add(rows)).await;
            db.close().await;
            for column in outcome.map_err(in_words)? {
                println!("{}: {} of {} sealed anew", column.column, column.changed, column.seen);
            }
        }
        KeysCommand::Status => {
            let status = KeyRing::load(&path).map_err(words)?.status();
            println!("{status:#?}");
            let public = STANDARD.encode(status.checkpoint_public);
            println!("public key of checkpoints, digests and the static register: {public}");
        }
    }
    Ok(())
}

/// `anrop token`.
///
/// # Errors
/// When the built-in issuer is off, or a role is unknown.
pub fn token(
    file: Option<PathBuf>,
    roles: Vec<String>,
    subject: Option<String>,
    national_id: Option<String>,
    organisation: Option<String>,
    hours: u32,
) -> Result<(), String> {
    let settings = settings(file.as_ref())?;
    if !settings.built_in_issuer {
        return Err("the built-in issuer is off (identity.built_in)".to_owned());
    }
    let roles = roles
        .iter()
        .map(|code| Role::from_code(code).ok_or_else(|| format!("there is no role {code}")))
        .collect::<Result<Vec<_>, _>>()?;
    if roles.is_empty() {
        return Err("name at least one role with --role".to_owned());
    }
    let ring = KeyRing::load(&settings.key_ring).map_err(|error| error.to_string())?;
    let ticket = Ticket {
        subject: subject.unwrap_or_else(|| format!("demo-{}", roles[0].code())),
        roles,
        national_id,
        organisation,
        scopes: None,
    };
    let lifetime = TimeDelta::hours(i64::from(hours));
    println!("{}", token::issue(&ring, &ticket, SystemClock.now(), lifetime).map_err(in_words)?);
    Ok(())
}
