//! A segment file of the spool: its bytes, how a record is framed and sealed, and how a file is read after a crash. It
//! must not decide when to write, rotate or delete; `writer.rs` does.
//!
//! Header: `magic (8) | segment id (16) | wrapped segment key (81) | CRC-32 (4)`.
//! Frame: `mark (4) | body length (4) | CRC-32 of length and body (4) | body`, where the body is sealed under the segment
//! key with segment id and offset as associated data, so that no frame can be moved, repeated or carried to another file.
//! Numbers are big-endian. The checksum finds torn writes without a key; the seal finds everything else.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::keys::{KeyRing, OVERHEAD, Place, Secret, decrypt, encrypt, random, sync_folder};

use super::SpooledRecord;

/// Largest payload of a record in bytes. A look-up takes well below one kilobyte.
pub(super) const MAX_PAYLOAD: usize = 64 * 1024;

/// Bytes before the first frame.
pub(super) const HEADER: u64 = HEADER_LENGTH as u64;

const HEADER_LENGTH: usize = 8 + 16 + WRAPPED + 4;

const MAGIC: &[u8; 8] = b"anropsp1";
const WRAPPED: usize = 1 + 4 + 4 + OVERHEAD + 32;
const MARK: &[u8; 4] = b"\xa5SP1";
const FRAME: usize = 4 + 4 + 4;
/// Flags and record id before the payload.
const PREFIX: usize = 1 + 16;
const LATE: u8 = 1;

/// What is needed to seal and open the records of one file.
#[derive(Debug)]
pub(super) struct Segment {
    pub number: u64,
    pub path: PathBuf,
    id: Uuid,
    key: Secret,
}

/// What was found between two offsets.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub records: Vec<SpooledRecord>,
    /// Stretches that are no valid record although a valid one follows, or that do not open.
    pub damaged: usize,
    /// Offset after the last frame whose checksum holds.
    pub end: u64,
}

impl Segment {
    /// Makes a new file with a fresh key, durable before the first record goes in.
    pub fn create(folder: &Path, number: u64, ring: &KeyRing) -> io::Result<(Self, File)> {
        let path = folder.join(format!("{number:016x}.spool"));
        let (id, key) = (Uuid::from_bytes(random()), Secret::generate());
        let mut header =
            [MAGIC.as_slice(), id.as_bytes(), &ring.seal(place(id), key.bytes())].concat();
        header.extend_from_slice(&crc32fast::hash(&header).to_be_bytes());
        let mut file = create_private(&path)?;
        let written = file.write_all(&header).and_then(|()| file.sync_all());
        if let Err(error) = written.and_then(|()| sync_folder(folder)) {
            // On a full disk the file itself may stand; it must not pile up with every attempt.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok((Self { number, path, id, key }, file))
    }

    /// Reads the header of an existing file; `None` if it is damaged or its key is not in the ring.
    pub fn open(path: PathBuf, number: u64, ring: &KeyRing) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER_LENGTH];
        match File::open(&path)?.read_exact(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            result => result?,
        }
        Ok(parse_header(&header, ring).map(|(id, key)| Self { number, path, id, key }))
    }

    /// Appends the frame of a record, which will stand at `offset`, to `buffer`.
    pub fn frame(&self, offset: u64, record: &SpooledRecord, buffer: &mut Vec<u8>) {
        let flags = if record.late { LATE } else { 0 };
        let plain = [&[flags], record.id.as_bytes().as_slice(), &record.payload].concat();
        let body = encrypt(&self.key, &self.associated(offset), &plain);
        let length = u32::try_from(body.len()).expect("the payload has been checked").to_be_bytes();
        buffer.extend_from_slice(MARK);
        buffer.extend_from_slice(&length);
        buffer.extend_from_slice(&checksum(length, &body).to_be_bytes());
        buffer.extend_from_slice(&body);
    }

    /// Reads at most `max` records between two offsets.
    pub fn scan(&self, from: u64, to: u64, max: usize) -> io::Result<Scan> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
        Ok(self.scan_bytes(&bytes, from, max))
    }

    fn scan_bytes(&self, bytes: &[u8], from: u64, max: usize) -> Scan {
        let mut scan = Scan { end: from, ..Scan::default() };
        let mut at = 0;
        while scan.records.len() < max {
            let Some((start, body)) = next_frame(bytes, at) else {
                break;
            };
            scan.damaged += usize::from(start > at);
            match self.record(from + start as u64, body) {
                Some(record) => scan.records.push(record),
                None => scan.damaged += 1,
            }
            at = start + FRAME + body.len();
            scan.end = from + at as u64;
        }
        scan
    }

    fn record(&self, offset: u64, body: &[u8]) -> Option<SpooledRecord> {
        let plain = decrypt(&self.key, &self.associated(offset), body).ok()?;
        let (flags, rest) = plain.split_first()?;
        let (id, payload) = rest.split_first_chunk::<16>()?;
        Some(SpooledRecord {
            id: Uuid::from_bytes(*id),
            payload: payload.to_vec(),
            late: flags & LATE != 0,
        })
    }

    fn associated(&self, offset: u64) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..].copy_from_slice(&offset.to_be_bytes());
        bytes
    }
}

/// The first whole frame at or after `at`: where it starts, and its body.
fn next_frame(bytes: &[u8], at: usize) -> Option<(usize, &[u8])> {
    (at..bytes.len()).find_map(|start| Some((start, frame_body(&bytes[start..])?)))
}

fn frame_body(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(MARK)?;
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (sum, bytes) = bytes.split_first_chunk::<4>()?;
    let body_length = u32::from_be_bytes(*length) as usize;
    if body_length > PREFIX + MAX_PAYLOAD + OVERHEAD {
        return None;
    }
    let body = bytes.get(..body_length)?;
    (checksum(*length, body) == u32::from_be_bytes(*sum)).then_some(body)
}

fn checksum(length: [u8; 4], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(body);
    hasher.finalize()
}

fn parse_header(header: &[u8; HEADER_LENGTH], ring: &KeyRing) -> Option<(Uuid, Secret)> {
    let (content, sum) = header.split_last_chunk::<4>()?;
    if crc32fast::hash(content) != u32::from_be_bytes(*sum) {
        return None;
    }
    let (id, wrapped) = content.strip_prefix(MAGIC)?.split_first_chunk::<16>()?;
    let id = Uuid::from_bytes(*id);
    let key = zeroize::Zeroizing::new(ring.open(place(id), wrapped).ok()?);
    Some((id, Secret::new(key.as_slice().try_into().ok()?)))
}

fn place(id: Uuid) -> Place {
    Place { table: "rescue_spool", column: "segment_key", row: id }
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Segment files of a folder by number, and the first number that no file, readable or set aside, has.
pub(super) fn list(folder: &Path) -> io::Result<(Vec<(u64, PathBuf)>, u64)> {
    let (mut segments, mut next) = (Vec::new(), 0);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some((number, kind)) = name.split_once('.') else {
            continue;
        };
        let Ok(number) = u64::from_str_radix(number, 16) else {
            continue;
        };
        next = next.max(number + 1);
        if kind == "spool" {
            segments.push((number, path));
        }
    }
    segments.sort();
    Ok((segments, next))
}

#[cfg(test)]
mod tests;
