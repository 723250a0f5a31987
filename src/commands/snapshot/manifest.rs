//! What proves a static register whole and ours: the SHA-256 of every file in the form of `sha256sum`, and beside it a
//! statement about that list, signed with the key of the checkpoints (Ed25519).
//!
//! Whoever gets the folder by another way than from us can tell a changed, missing or added file from those
//! that were written, with this program or with `sha256sum` and any other that knows Ed25519.

use std::{collections::BTreeMap, fs, io, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::keys::public_key_id;

/// The sums of every file but this and the next.
pub const SUMS: &str = "SHA256SUMS";
/// The signed statement about the sums.
pub const SIGNATURE: &str = "signature.json";

/// First line of a statement; keeps it apart from anything else the key signs.
const KIND: &str = "anrop static register v1";

/// SHA-256 of files by their places in the folder.
pub type Sums = BTreeMap<String, [u8; 32]>;

/// The sum of a content.
pub fn sum(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// The sums as `sha256sum` writes and reads them.
pub fn write(sums: &Sums) -> String {
    sums.iter().map(|(place, sum)| format!("{}  {place}\n", hex::encode(sum))).collect()
}

fn read(text: &str) -> Option<Sums> {
    let line = |line: &str| {
        let (digits, place) = line.split_once("  ")?;
        let mut sum = [0; 32];
        hex::decode_to_slice(digits, &mut sum).ok()?;
        Some((place.to_owned(), sum))
    };
    text.lines().map(line).collect()
}

/// What is signed, and the signature.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Signed {
    statement: String,
    key_id: String,
    /// To tell which key it is; whoever verifies must have it from elsewhere.
    public_key: String,
    signature: String,
}

/// The signed statement about the written sums of a register cut at a moment and a sequence.
pub fn sign(sums: &str, at: DateTime<Utc>, sequence: i64, key: &SigningKey) -> String {
    let public = key.verifying_key();
    let key_id = public_key_id(&public);
    let statement = format!(
        "{KIND}\nfiles {}\nsums {}\nsequence {sequence}\nat {}\nkey {key_id}\n",
        sums.lines().count(),
        hex::encode(sum(sums.as_bytes())),
        at.to_rfc3339_opts(SecondsFormat::Micros, true),
    );
    let signature = STANDARD.encode(key.sign(statement.as_bytes()).to_bytes());
    let public_key = STANDARD.encode(public.as_bytes());
    let signed = Signed { statement, key_id, public_key, signature };
    serde_json::to_string_pretty(&signed).expect("texts have a JSON form") + "\n"
}

/// A public key as it is given to whoever verifies: its 32 bytes in base64.
///
/// # Errors
/// When it is no Ed25519 key.
pub fn key_of(text: &str) -> Result<VerifyingKey, String> {
    let bytes: Option<[u8; 32]> =
        STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or_else(|| "the key is not the base64 of an Ed25519 public key".to_owned())
}

/// The value of a line of a statement.
fn line<'a>(statement: &'a str, name: &str) -> Option<&'a str> {
    statement.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

/// Verifies a folder: signed by one of these keys, and every file as it was written; answers the statement.
///
/// # Errors
/// Every file that was changed, is missing or was added, or why there is nothing to go by.
pub fn verify(folder: &Path, trusted: &[VerifyingKey]) -> Result<String, Vec<String>> {
    let (statement, sums) = signed_sums(folder, trusted).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    for (place, sum_then) in &sums {
        match fs::read(folder.join(place)) {
            Ok(content) if sum(&content) == *sum_then => {}
            Ok(_) => faults.push(format!("{place} was changed")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                faults.push(format!("{place} is missing"));
            }
            Err(error) => faults.push(format!("{place} cannot be read: {error}")),
        }
    }
    let mut there = Vec::new();
    if let Err(error) = collect(folder, "", &mut there) {
        faults.push(format!("the folder cannot be read: {error}"));
    }
    let added = there
        .into_iter()
        .filter(|place| ![SUMS, SIGNATURE].contains(&place.as_str()) && !sums.contains_key(place));
    faults.extend(added.map(|place| format!("{place} was added")));
    if faults.is_empty() { Ok(statement) } else { Err(faults) }
}

/// The statement and the sums, if one of these keys has signed them.
fn signed_sums(folder: &Path, trusted: &[VerifyingKey]) -> Result<(String, Sums), String> {
    let text = |name: &str| {
        fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let signed: Signed = serde_json::from_str(&text(SIGNATURE)?)
        .map_err(|_| format!("{SIGNATURE} is not of the form it is written in"))?;
    let bytes = STANDARD.decode(&signed.signature).unwrap_or_default();
    let is_signed = Signature::from_slice(&bytes).is_ok_and(|signature| {
        trusted.iter().any(|key| key.verify_strict(signed.statement.as_bytes(), &signature).is_ok())
    });
    if !is_signed {
        let key = &signed.key_id;
        return Err(format!("{SIGNATURE} is by none of these keys; it names the key {key}"));
    }
    let written = text(SUMS)?;
    let is_of_kind = signed.statement.lines().next() == Some(KIND);
    let expected = hex::encode(sum(written.as_bytes()));
    if !is_of_kind || line(&signed.statement, "sums") != Some(expected.as_str()) {
        return Err(format!("{SUMS} is not the list that was signed"));
    }
    let sums = read(&written).ok_or_else(|| format!("{SUMS} is no list of sums"))?;
    Ok((signed.statement, sums))
}

/// Every file below a folder by its place; what is no plain file is named, too.
fn collect(folder: &Path, below: &str, places: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let place = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(folder, &place, places)?;
        } else {
            places.push(place);
        }
    }
    places.sort();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    /// A signed folder of two files.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut sums = Sums::new();
        fs::create_dir(folder.path().join("nb")).unwrap();
        for (place, content) in [("cut.json", "{}"), ("nb/index.html", "<p>Æ</p>")] {
            fs::write(folder.path().join(place), content).unwrap();
            sums.insert(place.to_owned(), sum(content.as_bytes()));
        }
        let written = write(&sums);
        let signed = sign(&written, DateTime::UNIX_EPOCH, 7, &key(1));
        fs::write(folder.path().join(SUMS), written).unwrap();
        fs::write(folder.path().join(SIGNATURE), signed).unwrap();
        folder
    }

    fn faults(folder: &Path) -> Vec<String> {
        verify(folder, &[key(1).verifying_key()]).unwrap_err()
    }

    #[test]
    fn a_folder_as_it_was_written_is_proven_and_says_when_it_was_cut() {
        let folder = folder();
        let statement =
            verify(folder.path(), &[key(2).verifying_key(), key(1).verifying_key()]).unwrap();
        for (name, value) in
            [("files", "2"), ("sequence", "7"), ("at", "1970-01-01T00:00:00.000000Z")]
        {
            assert_eq!(line(&statement, name), Some(value), "{statement}");
        }
        let shown = STANDARD.encode(key(1).verifying_key().as_bytes());
        assert_eq!(key_of(&format!(" {shown}\n")), Ok(key(1).verifying_key()));
        for text in ["", "AAAA", "hemmelig"] {
            assert!(key_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_changed_taken_away_or_added_is_named() {
        let changed = folder();
        fs::write(changed.path().join("nb/index.html"), "<p>A</p>").unwrap();
        fs::write(changed.path().join("nb/other.html"), "").unwrap();
        fs::remove_file(changed.path().join("cut.json")).unwrap();
        let expected =
            ["cut.json is missing", "nb/index.html was changed", "nb/other.html was added"];
        assert_eq!(faults(changed.path()), expected);
    }

    #[test]
    fn neither_the_sums_nor_what_is_said_of_them_can_be_changed() {
        let forged = folder();
        let sums = fs::read_to_string(forged.path().join(SUMS)).unwrap();
        let other = sums.replace(&hex::encode(sum(b"{}")), &hex::encode(sum(b"[]")));
        assert_ne!(other, sums);
        fs::write(forged.path().join("cut.json"), "[]").unwrap();
        fs::write(forged.path().join(SUMS), &other).unwrap();
        assert_eq!(faults(forged.path()), ["SHA256SUMS is not the list that was signed"]);
        // signed by another
        let signed = sign(&other, DateTime::UNIX_EPOCH, 7, &key(2));
        fs::write(forged.path().join(SIGNATURE), signed).unwrap();
        assert!(faults(forged.path())[0].contains("none of these keys"));
        fs::remove_file(forged.path().join(SIGNATURE)).unwrap();
        assert_eq!(faults(forged.path()).len(), 1);
    }
}
