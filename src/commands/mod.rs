//! The command line. Each command is a function of its own file; this one only names them.

pub mod decode;
pub mod demo;
pub mod fees;
pub mod import;
pub mod journal;
pub mod keys;
mod progress;
pub mod receiver;
pub mod run;
pub mod seed;
pub mod snapshot;
pub mod synthetic;
pub mod verify_log;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The licence and permit registry of a national communications authority.
#[derive(Debug, Parser)]
#[command(name = "anrop", version, about)]
pub struct Arguments {
    /// Configuration file (TOML); the environment goes before it.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the command line can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the HTTP service.
    Serve {
        /// Run the jobs and deliveries in the same process.
        #[arg(long)]
        with_worker: bool,
    },
    /// Run the jobs, the sealer and the deliveries.
    Work,
    /// Run everything on made-up data: service, jobs, a rescue centre and a programmer, on this machine only.
    Demo {
        /// Address the service listens on.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: std::net::SocketAddr,
        /// Folder of its database and keys.
        #[arg(long, default_value = "./data/demo")]
        data: PathBuf,
    },
    /// Fill the database with made-up data for load tests, in the declared test series; the same
    /// people, beacons and call signs for the same seed.
    Seed {
        /// Amateur licences with call sign, and consent for most.
        #[arg(long, default_value_t = 0)]
        call_signs: u64,
        /// Beacon permits with emergency contacts.
        #[arg(long, default_value_t = 0)]
        beacons: u64,
        /// Beacon permits that have ended within the year, besides.
        #[arg(long, default_value_t = 0)]
        permits: u64,
        /// Transmitter permits of organisations, which the public lists.
        #[arg(long, default_value_t = 0)]
        transmitters: u64,
        /// Cases of every kind and state, for the caseworkers' queue.
        #[arg(long, default_value_t = 0)]
        cases: u64,
        /// Number the data are made from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Bring the database schema up to date, take it back, or show what is applied.
    Migrate {
        /// Which.
        #[arg(value_enum)]
        direction: MigrateTo,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Check the configuration and tell every fault at once.
    CheckConfig,
    /// The key ring.
    Keys {
        /// What to do with it.
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Sign a bearer token with the built-in issuer; refused when it is off.
    Token {
        /// Role: person, representative, caseworker, supervisor, rescue, programmer, provider, examiner, officer or administrator.
        #[arg(long)]
        role: Vec<String>,
        /// Subject; a name for the role when left out.
        #[arg(long)]
        subject: Option<String>,
        /// Synthetic national id of a person.
        #[arg(long)]
        national_id: Option<String>,
        /// Organisation number of a representative or machine.
        #[arg(long)]
        organisation: Option<String>,
        /// Hours it is valid.
        #[arg(long, default_value_t = 8)]
        hours: u32,
    },
    /// Take over today's public files. A second run changes nothing, nor does a file that is not whole.
    Import {
        /// Which.
        #[command(subcommand)]
        command: import::ImportCommand,
    },
    /// Fees: the yearly run, invoices, files of the bank, files for accounts.
    Fees {
        /// What to do.
        #[command(subcommand)]
        command: fees::FeesCommand,
    },
    /// The journal: documents for eInnsyn and for the archive.
    Journal {
        /// What to do with it.
        #[command(subcommand)]
        command: journal::JournalCommand,
    },
    /// Write the static register: every file and page as they are now, in a folder that any web
    /// server can serve.
    Snapshot {
        /// The folder; replaced whole when it is a static register already.
        #[arg(long)]
        out: PathBuf,
    },
    /// Prove a static register whole and signed, or name every file that is not as it was written.
    VerifySnapshot {
        /// The folder.
        folder: PathBuf,
        /// Public key of the authority that `anrop keys status` shows, in base64; several where it has changed.
        #[arg(long, required = true)]
        key: Vec<String>,
    },
    /// Explain a beacon code.
    Decode {
        /// The code: 15, 22, 23, 30, 51 or 63 hexadecimal characters.
        code: String,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Keep a verified copy on the rescue centre's side, and answer look-ups from it.
    Receiver(receiver::ReceiverArguments),
    /// Write everything a rescue centre gets to a file, encrypted to one receiver's key and signed.
    Extract {
        /// The receiver's public key, `anrpk_…`.
        #[arg(long)]
        receiver: String,
        /// Place of the log that the receiver has reached (`applied` of its `/status`).
        #[arg(long)]
        after: Option<i64>,
        /// The file.
        #[arg(long)]
        out: PathBuf,
        /// Who writes it, for the disclosure log.
        #[arg(long, default_value = "anrop extract")]
        officer: String,
    },
    /// Prove the log unbroken and complete, or name the first broken row.
    VerifyLog {
        /// Folder of checkpoints; the configured one when left out.
        #[arg(long)]
        checkpoints: Option<PathBuf>,
    },
}

/// Where to migrate.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum MigrateTo {
    /// Apply what is missing.
    Up,
    /// Take everything back.
    Down,
    /// Show what is applied.
    Status,
}

/// Carries out the command; the exit code says whether it succeeded.
pub async fn main(arguments: Arguments) -> std::process::ExitCode {
    let outcome = match arguments.command {
        Command::Serve { with_worker } => run::serve(arguments.config, with_worker).await,
        Command::Work => run::work(arguments.config).await,
        Command::Demo { listen, data } => demo::run(listen, &data).await,
        Command::Seed { call_signs, beacons, permits, transmitters, cases, seed } => {
            let amount = seed::Amount { call_signs, beacons, permits, transmitters, cases };
            seed::run(arguments.config, amount, seed).await
        }
        Command::Migrate { direction } => run::migrate(arguments.config, direction).await,
        Command::Openapi => run::openapi().await,
        Command::CheckConfig => run::check_config(arguments.config),
        Command::Keys { command } => keys::run(arguments.config, &command).await,
        Command::Token { role, subject, national_id, organisation, hours } => {
            keys::token(arguments.config, role, subject, national_id, organisation, hours)
        }
        Command::Import { command } => import::run(arguments.config, &command).await,
        Command::Fees { command } => fees::run(arguments.config, &command).await,
        Command::Journal { command } => journal::run(arguments.config, command).await,
        Command::Snapshot { out } => snapshot::run(arguments.config, &out).await,
        Command::VerifySnapshot { folder, key } => snapshot::verify(&folder, &key),
        Command::Decode { code, json } => decode::run(&code, json),
        Command::Receiver(what) => receiver::run(arguments.config, what).await,
        Command::Extract { receiver, after, out, officer } => {
            receiver::extract(arguments.config, &receiver, after, &out, &officer).await
        }
        Command::VerifyLog { checkpoints } => verify_log::run(arguments.config, checkpoints).await,
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            std::process::ExitCode::FAILURE
        }
    }
}
