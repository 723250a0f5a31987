//! Signed checkpoints: how many entries the log had at a time and the root of its chain, kept outside the database. They
//! show what the chain alone cannot: that its end was cut off, or that all of it was made anew. This file must not read
//! the database; it reads and appends to its own folder only.
//!
//! A checkpoint is one JSON line; each day (UTC) has its own file. Whoever can write there too can remove checkpoints but
//! not make any, which is why copies also go to a recipient outside the authority.

use std::{
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::chain::{Head, Link};
use crate::{
    keys::{public_key_id, sync_folder},
    values::Flaw,
};

/// A checkpoint whose signature has been made or checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    head: Head,
    at: DateTime<Utc>,
    key_id: String,
    signature: Signature,
}

/// Why a line is not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFlaw {
    /// Not the JSON of a checkpoint, as after a crash in the middle of writing.
    #[error("the line is not a checkpoint; it is damaged or was never finished")]
    Malformed,
    /// Signed by a key that is not among those trusted.
    #[error(
        "the checkpoint is signed by an unknown key; add the public key it names if it was ever in use"
    )]
    UnknownKey,
    /// The signature is not by the key it names.
    #[error("the signature of the checkpoint does not match; the checkpoint has been changed")]
    Signature,
}

impl Flaw for CheckpointFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "checkpoint-malformed",
            Self::UnknownKey => "checkpoint-unknown-key",
            Self::Signature => "checkpoint-signature",
        }
    }
}

/// The JSON of a line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    count: u64,
    root: String,
    at: String,
    key_id: String,
    signature: String,
}

impl Checkpoint {
    /// Signs a head. `at` is kept in whole microseconds.
    pub fn sign(head: Head, at: DateTime<Utc>, key: &SigningKey) -> Self {
        let key_id = public_key_id(&key.verifying_key());
        let signature = key.sign(statement(head, &time(at), &key_id).as_bytes());
        let at = DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at);
        Self { head, at, key_id, signature }
    }

    /// Reads a line and checks its signature against the trusted keys: today's and those used before.
    pub fn parse(line: &str, trusted: &[VerifyingKey]) -> Result<Self, CheckpointFlaw> {
        let line: Line = serde_json::from_str(line).map_err(|_| CheckpointFlaw::Malformed)?;
        let (head, at, signature) = line.values().ok_or(CheckpointFlaw::Malformed)?;
        let key = trusted
            .iter()
            .find(|key| public_key_id(key) == line.key_id)
            .ok_or(CheckpointFlaw::UnknownKey)?;
        key.verify_strict(statement(head, &line.at, &line.key_id).as_bytes(), &signature)
            .map_err(|_| CheckpointFlaw::Signature)?;
        Ok(Self { head, at, key_id: line.key_id, signature })
    }

    /// Count and root at the time of signing.
    pub fn head(&self) -> Head {
        self.head
    }

    /// When it was signed.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The checkpoint as one line of JSON, without the line's end. It may be shown and sent to anyone.
    pub fn to_line(&self) -> String {
        let line = Line {
            count: self.head.count,
            root: self.head.root.to_string(),
            at: time(self.at),
            key_id: self.key_id.clone(),
            signature: STANDARD.encode(self.signature.to_bytes()),
        };
        serde_json::to_string(&line).expect("numbers and texts have a JSON form")
    }
}

impl Line {
    fn values(&self) -> Option<(Head, DateTime<Utc>, Signature)> {
        let mut root = [0; 32];
        hex::decode_to_slice(&self.root, &mut root).ok()?;
        let head = Head { count: self.count, root: Link(root) };
        let at = DateTime::parse_from_rfc3339(&self.at).ok()?.to_utc();
        let signature = Signature::from_slice(&STANDARD.decode(&self.signature).ok()?).ok()?;
        Some((head, at, signature))
    }
}

/// The signed text. Its first line keeps it apart from anything else this key might ever sign.
fn statement(head: Head, at: &str, key_id: &str) -> String {
    let Head { count, root } = head;
    format!("anrop log checkpoint v1\ncount {count}\nroot {root}\nat {at}\nkey {key_id}\n")
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Appends a checkpoint to the file of its day and makes it durable. Returns the file.
///
/// One process at a time does this (the sealer holds an advisory lock).
pub fn append(folder: &Path, checkpoint: &Checkpoint) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.jsonl", checkpoint.at.format("%Y-%m-%d")));
    let mut file = fs::OpenOptions::new().read(true).append(true).create(true).open(&path)?;
    // A line that a crash left unfinished must not swallow this one.
    let start = if ends_in_a_line(&mut file)? { "" } else { "\n" };
    file.write_all(format!("{start}{}\n", checkpoint.to_line()).as_bytes())?;
    file.sync_all()?;
    sync_folder(folder)?;
    Ok(path)
}

fn ends_in_a_line(file: &mut fs::File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// A line of the folder that is no valid checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {flaw}")]
pub struct BadLine {
    /// File name within the folder.
    pub file: String,
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong.
    pub flaw: CheckpointFlaw,
}

/// Every checkpoint of the folder, oldest file first, and every line that is none. A folder that is not there is empty.
pub fn read(
    folder: &Path,
    trusted: &[VerifyingKey],
) -> io::Result<(Vec<Checkpoint>, Vec<BadLine>)> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for path in files(folder)? {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path)?;
        for (index, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            match Checkpoint::parse(line, trusted) {
                Ok(checkpoint) => good.push(checkpoint),
                Err(flaw) => bad.push(BadLine { file: file.clone(), line: index + 1, flaw }),
            }
        }
    }
    Ok((good, bad))
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}

/// How a log and a checkpoint disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The log is shorter than it was.
    #[error(
        "the log ends at entry {count}, but had {had} entries at {at}: its end has been cut off"
    )]
    CutOff {
        /// Entries the log has.
        count: u64,
        /// Entries it had.
        had: u64,
        /// When the checkpoint was signed.
        at: DateTime<Utc>,
    },
    /// The log is another one.
    #[error("the log up to entry {count} is not what it was at {at}: it has been made anew")]
    Rewritten {
        /// Entry of the checkpoint.
        count: u64,
        /// When the checkpoint was signed.
        at: DateTime<Utc>,
    },
}

/// Compares checkpoints with the heads a [`super::chain::Verifier`] passes on its way.
#[derive(Debug)]
pub struct Comparison {
    /// By falling count, so that the next one to meet is the last.
    ahead: Vec<Checkpoint>,
    found: Vec<Disagreement>,
}

impl Comparison {
    /// Expects every one of these checkpoints on the way from `start`, the head the verifier begins with; those of an
    /// earlier count are not met any more.
    pub fn new(mut checkpoints: Vec<Checkpoint>, start: Head) -> Self {
        checkpoints.retain(|checkpoint| checkpoint.head.count >= start.count);
        checkpoints.sort_by_key(|checkpoint| std::cmp::Reverse(checkpoint.head.count));
        let mut comparison = Self { ahead: checkpoints, found: Vec::new() };
        comparison.pass(start);
        comparison
    }

    /// Takes note of a head, in rising order of count.
    pub fn pass(&mut self, head: Head) {
        while let Some(checkpoint) = self.ahead.pop_if(|next| next.head.count <= head.count) {
            if checkpoint.head != head {
                let Checkpoint { head: Head { count, .. }, at, .. } = checkpoint;
                self.found.push(Disagreement::Rewritten { count, at });
            }
        }
    }

    /// Every disagreement, given where the log ends. Empty if the log is what it was at every checkpoint.
    pub fn finish(mut self, end: Head) -> Vec<Disagreement> {
        self.pass(end);
        let cut = self.ahead.iter().rev().map(|checkpoint| Disagreement::CutOff {
            count: end.count,
            had: checkpoint.head.count,
            at: checkpoint.at,
        });
        self.found.extend(cut);
        self.found
    }
}

#[cfg(test)]
mod tests;
