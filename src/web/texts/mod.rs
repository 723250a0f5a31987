//! The texts of the pages in bokmål, nynorsk and English, one table for each part of them.
//!
//! [`texts!`] makes a method of [`Words`] for every text. A text that lacks a language does not
//! compile; one with a number or name in it (`{total}`) is a method with that argument. Templates
//! escape what they are given. Words of the registry itself stand where it keeps them (the policy,
//! tables of codes), not here.

mod about;
mod businesses;
mod call_signs;
mod charts;
mod codes;
mod frame;

use crate::values::language::Language;

/// The texts in the language of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// The language.
    pub const fn language(self) -> Language {
        self.0
    }

    /// One of three.
    pub const fn choose(
        self,
        nb: &'static str,
        nn: &'static str,
        en: &'static str,
    ) -> &'static str {
        match self.0 {
            Language::Bokmal => nb,
            Language::Nynorsk => nn,
            Language::English => en,
        }
    }
}

/// `name: "bokmål", "nynorsk", "English";` with `name(argument, …)` for texts that are filled in.
macro_rules! texts {
    ($( $name:ident $( ( $($argument:ident),+ ) )? : $nb:literal, $nn:literal, $en:literal ; )+) => {
        /// Texts of this table.
        #[allow(missing_docs)]
        impl $crate::web::texts::Words {
            $( $crate::web::texts::text! { $name ( $($($argument),+)? ) $nb $nn $en } )+
        }
    };
}

/// One text: a constant, or one that is filled in.
macro_rules! text {
    ($name:ident () $nb:literal $nn:literal $en:literal) => {
        pub const fn $name(self) -> &'static str {
            self.choose($nb, $nn, $en)
        }
    };
    ($name:ident ( $($argument:ident),+ ) $nb:literal $nn:literal $en:literal) => {
        pub fn $name(self, $($argument: impl std::fmt::Display),+) -> String {
            match self.0 {
                $crate::values::language::Language::Bokmal => format!($nb),
                $crate::values::language::Language::Nynorsk => format!($nn),
                $crate::values::language::Language::English => format!($en),
            }
        }
    };
}

pub(crate) use {text, texts};
