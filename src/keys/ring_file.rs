//! The key ring's file: TOML, readable by its owner only, replaced whole or not at all. It must not repeat a line of the
//! file in an error, since every line may be a key.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    Secret,
    ring::{ChainKey, EncryptionKey, KeyRing, Origin},
};

const FORMAT: u32 = 1;
const PREAMBLE: &str = "# Key ring of anrop. Secret: whoever has it and the database can read everything.\n\
    # Keep a copy apart from the database backups; without it they cannot be read.\n\n";

/// Why a key ring could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// No file there.
    #[error(
        "there is no key ring at {0}; make one with `anrop keys create` or set the path of the existing one"
    )]
    Missing(PathBuf),
    /// A file is there already.
    #[error("a key ring stands at {0} already; it is never overwritten by a new one")]
    Exists(PathBuf),
    /// Group or others may read or write the file.
    #[error("the key ring {path} has mode {mode:04o}; allow its owner alone (chmod 600)")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a key ring of this format. The text of the file is left out on purpose.
    #[error("the key ring {path} cannot be understood ({what}); restore it from its copy")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Which rule it breaks.
        what: String,
    },
    /// The file system refused.
    #[error("the key ring {path} cannot be read or written: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    generated: bool,
    created_at: DateTime<Utc>,
    blind_index: Key,
    chain: Key,
    checkpoint: Key,
    token_issuer: Key,
    encryption: Vec<Numbered>,
    /// Public halves; a ring of before has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_checkpoint: Vec<Public>,
}

/// A key that is no secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Public {
    public_key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    id: u32,
    created_at: DateTime<Utc>,
    key: Zeroizing<String>,
}

impl KeyRing {
    /// Reads a ring. On Unix the file must be closed to group and others.
    pub fn load(path: &Path) -> Result<Self, RingError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => RingError::Missing(path.into()),
            _ => RingError::Io { path: path.into(), source },
        };
        let file = fs::File::open(path).map_err(failed)?;
        check_mode(path, &file.metadata().map_err(failed)?)?;
        let text = Zeroizing::new(io::read_to_string(file).map_err(failed)?);
        parse(&text).map_err(|what| RingError::Malformed { path: path.into(), what })
    }

    /// Writes a ring where none stands yet.
    pub fn create(&self, path: &Path) -> Result<(), RingError> {
        self.write(path, |temporary| temporary.persist_noclobber(path))
    }

    /// Replaces the file in one step: a reader, or a power cut, sees the old ring or the new one.
    pub fn save(&self, path: &Path) -> Result<(), RingError> {
        self.write(path, |temporary| temporary.persist(path))
    }

    fn write(
        &self,
        path: &Path,
        persist: impl FnOnce(tempfile::NamedTempFile) -> Result<fs::File, tempfile::PersistError>,
    ) -> Result<(), RingError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => RingError::Exists(path.into()),
            _ => RingError::Io { path: path.into(), source },
        };
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // On Unix a named temporary file is made with mode 0600.
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        temporary.write_all(render(self).as_bytes()).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        persist(temporary).map_err(|error| failed(error.error))?;
        sync_folder(folder).map_err(failed)
    }
}

/// Makes the change of a folder's entries durable. Does nothing where folders cannot be opened.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), RingError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(RingError::TooOpen { path: path.into(), mode }),
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), RingError> {
    Ok(())
}

fn render(ring: &KeyRing) -> Zeroizing<String> {
    let text = |bytes: &[u8; 32]| Zeroizing::new(STANDARD.encode(bytes));
    let key = |bytes: &[u8; 32]| Key { key: text(bytes) };
    let file = File {
        format: FORMAT,
        generated: ring.origin == Origin::Demo,
        created_at: ring.created_at,
        blind_index: key(ring.blind_root.bytes()),
        chain: key(ring.chain.bytes()),
        checkpoint: key(ring.checkpoint.as_bytes()),
        token_issuer: key(ring.token_issuer.as_bytes()),
        encryption: ring
            .encryption
            .iter()
            .map(|key| Numbered {
                id: key.id,
                created_at: key.created_at,
                key: text(key.secret.bytes()),
            })
            .collect(),
        former_checkpoint: ring
            .former_checkpoints
            .iter()
            .map(|key| Public { public_key: STANDARD.encode(key.as_bytes()) })
            .collect(),
    };
    let body =
        Zeroizing::new(toml::to_string(&file).expect("numbers, dates and texts have a TOML form"));
    Zeroizing::new(format!("{PREAMBLE}{}", *body))
}

fn parse(text: &str) -> Result<KeyRing, String> {
    let file: File = toml::from_str(text).map_err(|error| {
        // The error's own text quotes the line; only where it stands may be told.
        let at = error.span().map_or(0, |span| text[..span.start].lines().count());
        format!("line {at} is not as a key ring has it")
    })?;
    if file.format != FORMAT {
        return Err(format!("format {} is not format {FORMAT}", file.format));
    }
    if !file.encryption.is_sorted_by(|a, b| a.id < b.id) || file.encryption.is_empty() {
        return Err(
            "the encryption keys must be at least one and numbered in ascending order".into()
        );
    }
    let encryption = file
        .encryption
        .iter()
        .map(|key| {
            Ok(EncryptionKey {
                id: key.id,
                created_at: key.created_at,
                secret: Secret::new(*bytes(&key.key)?),
            })
        })
        .collect::<Result<_, String>>()?;
    let former_checkpoints = file
        .former_checkpoint
        .iter()
        .map(|key| {
            VerifyingKey::from_bytes(&*bytes(&key.public_key)?)
                .map_err(|_| "a public key is none of Ed25519".to_owned())
        })
        .collect::<Result<_, String>>()?;
    Ok(KeyRing {
        origin: if file.generated { Origin::Demo } else { Origin::Operator },
        created_at: file.created_at,
        encryption,
        blind_root: Secret::new(*bytes(&file.blind_index.key)?),
        chain: ChainKey(Secret::new(*bytes(&file.chain.key)?)),
        checkpoint: SigningKey::from_bytes(&*bytes(&file.checkpoint.key)?),
        former_checkpoints,
        token_issuer: SigningKey::from_bytes(&*bytes(&file.token_issuer.key)?),
    })
}

fn bytes(text: &str) -> Result<Zeroizing<[u8; 32]>, String> {
    let decoded = Zeroizing::new(STANDARD.decode(text).map_err(|_| "a key is not base64")?);
    let bytes = decoded.as_slice().try_into().map_err(|_| "a key is not 32 bytes long")?;
    Ok(Zeroizing::new(bytes))
}
