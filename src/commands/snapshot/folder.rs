//! The folder: written beside the old one and put in its place whole.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::manifest::{self, Sums};

/// Stands in every folder of ours, so that no other is ever replaced.
pub const MARK: &str = "cut.json";

/// A folder being written. Dropped before it is put in place, nothing of it stays.
pub struct Folder {
    place: PathBuf,
    written: tempfile::TempDir,
    /// Of every file that was written.
    sums: Sums,
}

impl Folder {
    /// Begins to write what is to stand at `place`.
    ///
    /// # Errors
    /// When there is something else at that place, or nothing can be written beside it.
    pub fn begin(place: &Path) -> io::Result<Self> {
        let is_other = place.is_file()
            || (place.is_dir()
                && !place.join(MARK).is_file()
                && fs::read_dir(place)?.next().is_some());
        if is_other {
            let text = format!("{} is no static register; it was left as it is", place.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        let place = std::path::absolute(place)?;
        let beside = place.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(beside)?;
        // in the same file system, or it could not be put in place in one step
        let written = tempfile::Builder::new().prefix(".anrop-snapshot-").tempdir_in(beside)?;
        Ok(Self { place, written, sums: Sums::new() })
    }

    /// Writes one file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, place: &str, content: &[u8]) -> io::Result<()> {
        let path = self.written.path().join(place);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)?;
        self.sums.insert(place.to_owned(), manifest::sum(content));
        Ok(())
    }

    /// The sums of every file written so far.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Puts the folder in place: readers see the old one or the new one.
    ///
    /// # Errors
    /// When it cannot be put in place; then the old one stays.
    pub fn put(self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        // a temporary folder is its owner's alone; this one is for a web server
        fs::set_permissions(self.written.path(), fs::Permissions::from_mode(0o755))?;
        let written = self.written.path();
        if !self.place.exists() {
            let path = self.written.keep();
            return fs::rename(path, &self.place);
        }
        // both names change at once; the old folder is then the temporary one and goes with it
        renameat_with(CWD, written, CWD, &self.place, RenameFlags::EXCHANGE)?;
        self.written.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_folder_replaces_the_old_one_whole() {
        let around = tempfile::tempdir().unwrap();
        let place = around.path().join("static");
        for n in ["1", "2"] {
            let mut folder = Folder::begin(&place).unwrap();
            folder.write(MARK, n.as_bytes()).unwrap();
            folder.write(&format!("a/b/{n}.html"), n.as_bytes()).unwrap();
            assert!(!place.join(format!("a/b/{n}.html")).exists(), "shown half written");
            let places: Vec<&str> = folder.sums().keys().map(String::as_str).collect();
            assert_eq!(places, [format!("a/b/{n}.html").as_str(), MARK]);
            folder.put().unwrap();
            assert_eq!(fs::read_to_string(place.join(MARK)).unwrap(), n);
        }
        assert!(place.join("a/b/2.html").exists() && !place.join("a/b/1.html").exists());
        // nothing is left beside it, also when it was not finished
        drop(Folder::begin(&place).unwrap());
        assert_eq!(fs::read_dir(around.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_ours_is_left_alone() {
        let around = tempfile::tempdir().unwrap();
        fs::write(around.path().join("letter.txt"), "dear").unwrap();
        assert!(Folder::begin(around.path()).is_err());
        assert!(around.path().join("letter.txt").exists());
    }
}
