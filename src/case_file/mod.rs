//! The documents of a case as files: what each says, and a ZIP file of them for an appeal body. The archive's packages are
//! written of the same by `anrop journal export`. Nothing is changed but that the file of a letter is drawn and kept where
//! nobody has read it yet.

pub mod contents;
pub mod package;
pub mod wire;
pub mod zip;
