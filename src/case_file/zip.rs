//! A ZIP file written as it comes, each file whole and as it is: what goes into it is drawn or compressed already. Up to
//! 4 GiB and 65,535 files, as the format has it without its extension. The same content gives the same bytes.

/// The version of the format that is needed to read it.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980, the first day the format knows: the moments of documents stand in the list of them.
const DAY: u16 = (1 << 5) | 1;

/// Why something does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is more than a ZIP file holds without its extension")]
pub struct TooLarge;

/// A ZIP file on its way.
#[derive(Debug, Default)]
pub struct Zip {
    /// Where the next file begins.
    at: u32,
    count: u16,
    directory: Vec<u8>,
}

impl Zip {
    /// The next file: what stands before its bytes. They must follow.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, TooLarge> {
        let size = u32::try_from(bytes.len()).map_err(|_| TooLarge)?;
        let length = u16::try_from(name.len()).map_err(|_| TooLarge)?;
        let mut common = Vec::with_capacity(26);
        for short in [VERSION, UTF8, 0, 0, DAY] {
            common.extend(short.to_le_bytes());
        }
        for long in [crc32fast::hash(bytes), size, size] {
            common.extend(long.to_le_bytes());
        }
        common.extend(length.to_le_bytes());
        common.extend(0_u16.to_le_bytes()); // no extra field
        let mut head = b"PK\x03\x04".to_vec();
        head.extend(&common);
        head.extend(name.as_bytes());
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // no comment, the first disk, no attributes
        self.directory.extend([0; 10]);
        self.directory.extend(self.at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        let head_size = u32::try_from(head.len()).map_err(|_| TooLarge)?;
        self.at = self.at.checked_add(head_size).ok_or(TooLarge)?;
        self.at = self.at.checked_add(size).ok_or(TooLarge)?;
        self.count = self.count.checked_add(1).ok_or(TooLarge)?;
        Ok(head)
    }

    /// What stands after the last file.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn finish(self) -> Result<Vec<u8>, TooLarge> {
        let size = u32::try_from(self.directory.len()).map_err(|_| TooLarge)?;
        let mut end = self.directory;
        end.extend(b"PK\x05\x06");
        end.extend([0; 4]); // the first disk
        end.extend(self.count.to_le_bytes());
        end.extend(self.count.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(self.at.to_le_bytes());
        end.extend([0; 2]); // no comment
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked once with `unzip -t` and Python's `zipfile`: both read it without a fault.
    #[test]
    fn every_file_is_found_by_the_directory_at_its_place() {
        let files = [("a.txt", "en"), ("b/å.txt", ""), ("SHA256SUMS", "to")];
        let mut zip = Zip::default();
        let mut bytes = Vec::new();
        for (name, text) in files {
            bytes.extend(zip.add(name, text.as_bytes()).expect("fits"));
            bytes.extend(text.as_bytes());
        }
        bytes.extend(zip.finish().expect("fits"));
        let long =
            |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
        let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let end = bytes.len() - 22;
        assert_eq!((&bytes[end..end + 4], short(end + 10)), (&b"PK\x05\x06"[..], 3));
        let mut entry = long(end + 16);
        assert_eq!(entry + long(end + 12), end);
        for (name, text) in files {
            assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02");
            let sum = crc32fast::hash(text.as_bytes()) as usize;
            assert_eq!((long(entry + 16), long(entry + 24)), (sum, text.len()));
            let length = short(entry + 28);
            assert_eq!(&bytes[entry + 46..entry + 46 + length], name.as_bytes());
            let head = long(entry + 42);
            assert_eq!(&bytes[head..head + 4], b"PK\x03\x04");
            let body = head + 30 + short(head + 26);
            assert_eq!(&bytes[body..body + long(head + 22)], text.as_bytes());
            entry += 46 + length;
        }
    }
}
