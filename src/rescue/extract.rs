//! The offline extract: a file with everything a rescue centre gets, encrypted to the receiver's public
//! key and signed by the registry, for when there is no line between them. This file knows the bytes;
//! it must not decide what goes in.
//!
//! First line, in the clear: `anrop-extract 1 {id of the receiver's key} {ephemeral public key, base64}`.
//! Then frames, each its length (4 bytes, big-endian) and body: XChaCha20-Poly1305 with the nonce (24)
//! before and the tag (16) after the ciphertext of at most 64 KiB; associated data are the number of the
//! frame (8 bytes, from 0) and 1 for the last frame, else 0 (1 byte), so that none can be cut off, moved
//! or left out. The key is HKDF-SHA256 (RFC 5869) of the X25519 shared secret (RFC 7748), salt the SHA-256
//! of ephemeral and receiver's public key, info `anrop extract v1`.
//!
//! Inside are lines of JSON: `{"log": …}`, `{"permit": …}`, `{"withheld": …}`, `{"unreadable": …}` and `{"alert": …}`, the
//! last one `{"end": …}` with a statement and its Ed25519 signature. The statement names the receiver's key, so that
//! nobody can pass the extract on to another, and the SHA-256 over all lines before the last. Every permit there is stands
//! in one of `permit`, `withheld` and `unreadable`: what is named in none the registry does not know.

mod key;

use std::io::{self, BufRead as _, BufReader, Read, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};

use super::copy::{Held, HeldAlert};
use crate::{
    keys::{OVERHEAD, Secret, decrypt, derive, encrypt, keyed, public_key_id, random},
    values::ids::PermitId,
};
pub use key::{ReceiverKey, ReceiverPublicKey};

const TITLE: &str = "anrop-extract 1";
const CHUNK: usize = 64 * 1024;
/// Longest line that is read; a permit takes a few kilobytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// Why an extract is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ExtractFlaw {
    /// Not the form of a key.
    #[error("this is no {0} key of a receiver; `anrop receiver --init` makes a pair")]
    Key(&'static str),
    /// Not an extract, or damaged.
    #[error("the file is no extract, or it is damaged or cut off")]
    Damaged,
    /// Made for another receiver.
    #[error("the extract was made for the receiver with key {0}, not for this one")]
    OtherReceiver(String),
    /// Not signed by a trusted key.
    #[error("the extract is not signed by the registry's key, or something in it has been changed")]
    Signature,
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The key of one extract.
fn content_key(
    shared: &x25519_dalek::SharedSecret,
    one: &PublicKey,
    receiver: &PublicKey,
) -> Secret {
    let mut salt = Sha256::new();
    salt.update(one.as_bytes());
    salt.update(receiver.as_bytes());
    let extracted = keyed(&Secret::new(salt.finalize().into()), shared.as_bytes());
    derive(&Secret::new(extracted), "anrop extract v1")
}

fn associated(number: u64, last: bool) -> [u8; 9] {
    let mut bytes = [0; 9];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8] = u8::from(last);
    bytes
}

/// One line of an extract.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    /// The log's link at a place: at the head, and where the receiver asked for it.
    Log(LogPlace),
    /// A permit.
    Permit(Box<Held>),
    /// A permit of which nothing is given any more, as the feed tells of it.
    Withheld(Withheld),
    /// A permit that is registered but could not be read: what is held of it stays.
    Unreadable(PermitId),
    /// How an alert turned out.
    Alert(HeldAlert),
    /// The end.
    End(End),
}

/// A place of the registry's log with the link there, by which a receiver sees whether it is the log it has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPlace {
    /// The place.
    pub place: i64,
    /// The link there, hexadecimal.
    pub link: String,
}

/// A permit that was erased, or is shown no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The permit.
    pub permit: PermitId,
    /// Its version.
    pub version: i32,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    statement: String,
    signature: String,
}

/// What the registry signs of an extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Id of the receiver's key.
    pub receiver: String,
    /// Permits in it.
    pub permits: u64,
    /// A place of the log whose changes are all in it.
    pub head: u64,
    /// When it was begun: everything committed until then is in it.
    pub at: DateTime<Utc>,
    /// Id of the key that signs it.
    pub key_id: String,
}

impl Statement {
    fn text(&self, content: &[u8]) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let Self { receiver, permits, head, key_id, .. } = self;
        let content = hex::encode(content);
        format!(
            "anrop extract v1\nreceiver {receiver}\npermits {permits}\nhead {head}\nat {at}\ncontent {content}\nkey {key_id}\n"
        )
    }

    fn parse(text: &str, content: &[u8]) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let statement = Self {
            receiver: value("receiver")?.to_owned(),
            permits: value("permits")?.parse().ok()?,
            head: value("head")?.parse().ok()?,
            at: DateTime::parse_from_rfc3339(value("at")?).ok()?.to_utc(),
            key_id: {
                value("content")?;
                value("key")?.to_owned()
            },
        };
        (statement.text(content) == text).then_some(statement)
    }
}

/// Writes an extract.
pub struct Writer<W: Write> {
    out: W,
    key: Secret,
    receiver: String,
    number: u64,
    buffer: Vec<u8>,
    hash: Sha256,
    permits: u64,
}

impl<W: Write> Writer<W> {
    /// Begins an extract for a receiver.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(mut out: W, receiver: &ReceiverPublicKey) -> io::Result<Self> {
        let ephemeral = StaticSecret::from(random::<32>());
        let public = PublicKey::from(&ephemeral);
        let shared = ephemeral.diffie_hellman(&receiver.0);
        if !shared.was_contributory() {
            return Err(io::Error::other("the receiver's public key is not sound"));
        }
        let key = content_key(&shared, &public, &receiver.0);
        let id = receiver.id();
        writeln!(out, "{TITLE} {id} {}", STANDARD.encode(public.as_bytes()))?;
        let (buffer, hash) = (Vec::with_capacity(CHUNK), Sha256::new());
        Ok(Self { out, key, receiver: id, number: 0, buffer, hash, permits: 0 })
    }

    /// Adds a line before the last.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, line: &Line) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line).map_err(io::Error::other)?;
        bytes.push(b'\n');
        self.permits += u64::from(matches!(line, Line::Permit(_)));
        self.hash.update(&bytes);
        self.write(&bytes)
    }

    /// Signs and ends it; gives what was written to, with what was signed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(
        mut self,
        head: u64,
        at: DateTime<Utc>,
        key: &SigningKey,
    ) -> io::Result<(W, Statement)> {
        let statement = Statement {
            receiver: self.receiver.clone(),
            permits: self.permits,
            head,
            at,
            key_id: public_key_id(&key.verifying_key()),
        };
        let text = statement.text(&self.hash.clone().finalize());
        let signature = STANDARD.encode(key.sign(text.as_bytes()).to_bytes());
        let end = Line::End(End { statement: text, signature });
        let mut bytes = serde_json::to_vec(&end).map_err(io::Error::other)?;
        bytes.push(b'\n');
        self.write(&bytes)?;
        self.frame(true)?;
        self.out.flush()?;
        Ok((self.out, statement))
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let free = CHUNK - self.buffer.len();
            let (now, later) = bytes.split_at(free.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == CHUNK {
                self.frame(false)?;
            }
        }
        Ok(())
    }

    fn frame(&mut self, last: bool) -> io::Result<()> {
        let body = encrypt(&self.key, &associated(self.number, last), &self.buffer);
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&body)?;
        self.number += 1;
        self.buffer.clear();
        Ok(())
    }
}

/// Reads the frames of an extract.
struct Frames<R: Read> {
    input: R,
    key: Secret,
    number: u64,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.buffer.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_frame()?;
        }
        let count = out.len().min(self.buffer.len() - self.at);
        out[..count].copy_from_slice(&self.buffer[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl<R: Read> Frames<R> {
    fn next_frame(&mut self) -> io::Result<()> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, ExtractFlaw::Damaged);
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > CHUNK + OVERHEAD {
            return Err(damaged());
        }
        let mut body = vec![0; length];
        self.input.read_exact(&mut body)?;
        let open = |last| decrypt(&self.key, &associated(self.number, last), &body);
        self.buffer = match open(false) {
            Ok(plain) => plain,
            Err(_) => {
                self.ended = true;
                open(true).map_err(|_| damaged())?
            }
        };
        self.number += 1;
        self.at = 0;
        if self.ended && self.input.read(&mut [0])? != 0 {
            return Err(damaged());
        }
        Ok(())
    }
}

/// Reads an extract from beginning to end, gives every line but the last to `take`, and answers what
/// the registry signed. What `take` was given counts only once this has returned.
///
/// # Errors
/// When the file is damaged, meant for another receiver, or not signed by a trusted key; or what `take`
/// answers.
pub fn read(
    input: impl Read,
    receiver: &ReceiverKey,
    trusted: &[VerifyingKey],
    mut take: impl FnMut(Line) -> Result<(), ExtractFlaw>,
) -> Result<Statement, ExtractFlaw> {
    let damaged = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => ExtractFlaw::Damaged,
        _ => ExtractFlaw::Io(error),
    };
    let mut lines = BufReader::new(frames(input, receiver)?);
    let (mut hash, mut line, mut permits) = (Sha256::new(), Vec::new(), 0);
    loop {
        line.clear();
        (&mut lines).take(LONGEST_LINE as u64).read_until(b'\n', &mut line).map_err(damaged)?;
        let parsed: Line = serde_json::from_slice(&line).map_err(|_| ExtractFlaw::Damaged)?;
        match parsed {
            Line::End(end) => {
                // to the end, or a file that was cut off or lengthened would pass
                if lines.read(&mut [0]).map_err(damaged)? != 0 {
                    return Err(ExtractFlaw::Damaged);
                }
                let statement = signed(&end, &hash.finalize(), trusted)?;
                let is_ours = statement.receiver == receiver.public().id();
                return if is_ours && statement.permits == permits {
                    Ok(statement)
                } else {
                    Err(ExtractFlaw::Signature)
                };
            }
            content => {
                permits += u64::from(matches!(content, Line::Permit(_)));
                hash.update(&line);
                take(content)?;
            }
        }
    }
}

fn frames<R: Read>(input: R, receiver: &ReceiverKey) -> Result<Frames<BufReader<R>>, ExtractFlaw> {
    let mut input = BufReader::new(input);
    let mut first = Vec::new();
    (&mut input).take(256).read_until(b'\n', &mut first)?;
    let first = std::str::from_utf8(&first).map_err(|_| ExtractFlaw::Damaged)?;
    let rest = first.strip_prefix(TITLE).and_then(|rest| rest.strip_suffix('\n'));
    let mut words = rest.ok_or(ExtractFlaw::Damaged)?.split_whitespace();
    let (Some(id), Some(public)) = (words.next(), words.next()) else {
        return Err(ExtractFlaw::Damaged);
    };
    if id != receiver.public().id() {
        return Err(ExtractFlaw::OtherReceiver(id.chars().take(16).collect()));
    }
    let public = STANDARD.decode(public).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let public = PublicKey::from(public.ok_or(ExtractFlaw::Damaged)?);
    let key = content_key(&receiver.0.diffie_hellman(&public), &public, &receiver.public().0);
    Ok(Frames { input, key, number: 0, buffer: Vec::new(), at: 0, ended: false })
}

fn signed(end: &End, content: &[u8], trusted: &[VerifyingKey]) -> Result<Statement, ExtractFlaw> {
    let statement = Statement::parse(&end.statement, content).ok_or(ExtractFlaw::Signature)?;
    let bytes = STANDARD.decode(&end.signature).map_err(|_| ExtractFlaw::Signature)?;
    let signature = Signature::from_slice(&bytes).map_err(|_| ExtractFlaw::Signature)?;
    let is_signed = trusted.iter().any(|key| {
        public_key_id(key) == statement.key_id
            && key.verify_strict(end.statement.as_bytes(), &signature).is_ok()
    });
    if is_signed { Ok(statement) } else { Err(ExtractFlaw::Signature) }
}

#[cfg(test)]
mod tests;
