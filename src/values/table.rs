//! Reads the embedded fact tables: tab-separated, a comment line with the source first, then column names, then rows.
//!
//! For tables compiled into the program only: they are right or a test fails, so a missing column is a fault of the program.

/// A table by its text.
pub(crate) struct Table<'a> {
    columns: Vec<&'a str>,
    lines: Vec<&'a str>,
}

/// One row, its cells reached by column name.
pub(crate) struct Row<'t, 'a> {
    table: &'t Table<'a>,
    cells: Vec<&'a str>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        let columns = lines.next().unwrap_or_default().split('\t').collect();
        Self { columns, lines: lines.collect() }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        self.lines.iter().map(|line| Row { table: self, cells: line.split('\t').collect() })
    }
}

impl<'a> Row<'_, 'a> {
    /// The cell in this column; empty when the line ends before it.
    pub(crate) fn text(&self, column: &str) -> &'a str {
        let at = self
            .table
            .columns
            .iter()
            .position(|name| *name == column)
            .expect("the table has the column");
        self.cells.get(at).copied().unwrap_or_default()
    }

    /// The cell as a value, `None` when it is empty.
    pub(crate) fn value<T: std::str::FromStr>(&self, column: &str) -> Option<T> {
        let text = self.text(column);
        (!text.is_empty()).then(|| text.parse().ok().expect("the cell holds a value of its column"))
    }
}

/// An enumeration whose variants are the codes of a table column, each with its code as `code()` and `FromStr`.
macro_rules! code_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every variant, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, as in the table.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::table::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|variant| variant.code() == text).ok_or($crate::values::table::UnknownCode)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use code_enum;

/// The text is not one of the codes of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code is not one of its list; take one from the published list")]
pub struct UnknownCode;

impl super::Flaw for UnknownCode {
    fn code(&self) -> &'static str {
        "unknown-code"
    }
}
