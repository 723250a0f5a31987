//! What may be wrong with a file of the bank, in the three languages. Pure.

use crate::values::language::Language;

macro_rules! flaws {
    ($($name:ident = $code:literal : $nb:literal, $nn:literal, $en:literal;)+) => {
        /// What is wrong with a line, and what to do.
        #[allow(missing_docs)] // its English text says each
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Flaw {
            $($name,)+
        }

        impl Flaw {
            /// Every flaw.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// In words.
            pub const fn text(self, language: Language) -> &'static str {
                let (nb, nn, en) = match self { $(Self::$name => ($nb, $nn, $en)),+ };
                match language {
                    Language::Bokmal => nb,
                    Language::Nynorsk => nn,
                    Language::English => en,
                }
            }
        }
    };
}

flaws! {
    NotUtf8 = "not-utf8": "Filen er ikke i UTF-8. Lagre den som UTF-8.", "Fila er ikkje i UTF-8. Lagre henne som UTF-8.", "the file is not UTF-8; save it as UTF-8";
    HeadingUnreadable = "heading-unreadable": "Overskriften kan ikke leses.", "Overskrifta kan ikkje lesast.", "the heading cannot be read";
    Heading = "heading": "Overskriften må være reference,paidOn,amount,kid.", "Overskrifta må vere reference,paidOn,amount,kid.", "the heading must be reference,paidOn,amount,kid";
    Row = "row": "En rad har fire felt, med anførselstegn der et skilletegn står i ett av dem.", "Ei rad har fire felt, med hermeteikn der eit skiljeteikn står i eitt av dei.", "a row has four fields, quoted where a delimiter stands in one";
    Twice = "twice": "Referansen står to ganger i filen.", "Referansen står to gonger i fila.", "the reference stands in the file twice";
    NoTransactions = "no-transactions": "Filen har ingen transaksjoner.", "Fila har ingen transaksjonar.", "the file has no transactions";
    Reference = "reference": "Referansen må ha 1 til 70 tegn uten særlige bokstaver.", "Referansen må ha 1 til 70 teikn utan særlege bokstavar.", "the reference must have 1 to 70 characters without special letters";
    Day = "day": "Dagen må skrives som 2026-03-31.", "Dagen må skrivast som 2026-03-31.", "the day must be written as 2026-03-31";
    Amount = "amount": "Beløpet må være kroner med to desimaler, for eksempel 530.00, og ikke null.", "Beløpet må vere kroner med to desimalar, til dømes 530.00, og ikkje null.", "the amount must be kroner with two decimals, such as 530.00, and not nothing";
    TooEarly = "too-early": "Dagen har ikke kommet ennå.", "Dagen har ikkje kome enno.", "the day has not come yet";
    OcrDay = "ocr-day": "En dag må skrives DDMMÅÅ.", "Ein dag må skrivast DDMMÅÅ.", "a day must be written DDMMYY";
    Zeros = "zeros": "Posten må fylles med nuller.", "Posten må fyllast med nullar.", "the record must be filled with zeros";
    EndNumbers = "end-numbers": "Sluttposten må ha tall.", "Sluttposten må ha tal.", "the end record must hold numbers";
    TransactionCount = "transaction-count": "Antallet transaksjoner er ikke det filen har.", "Talet på transaksjonar er ikkje det fila har.", "the number of transactions is not what the file has";
    RecordCount = "record-count": "Antallet poster er ikke det filen har.", "Talet på postar er ikkje det fila har.", "the number of records is not what the file has";
    Sum = "sum": "Summen er ikke transaksjonenes.", "Summen er ikkje den til transaksjonane.", "the sum is not that of the transactions";
    Width = "width": "En post har 80 tegn.", "Ein post har 80 teikn.", "a record has 80 characters";
    Begin = "begin": "En post begynner med NY.", "Ein post byrjar med NY.", "a record begins with NY";
    Empty = "empty": "Filen er tom.", "Fila er tom.", "the file is empty";
    Start = "start": "Filen må begynne med startposten NY000010.", "Fila må byrje med startposten NY000010.", "the file must begin with the start record NY000010";
    StartDigits = "start-digits": "Avsender, nummer og mottaker av forsendelsen må være sifre.", "Avsendar, nummer og mottakar av sendinga må vere siffer.", "sender, number and recipient of the transmission must be digits";
    NoEnd = "no-end": "Filen må slutte med sluttposten NY000089.", "Fila må slutte med sluttposten NY000089.", "the file must end with the end record NY000089";
    NotOcr = "not-ocr": "Bare oppdrag i OCR-giro (NY09) og sluttposten kan stå her.", "Berre oppdrag i OCR-giro (NY09) og sluttposten kan stå her.", "only assignments of OCR giro (NY09) and the end record may stand here";
    AfterEnd = "after-end": "Ingenting kan stå etter sluttposten.", "Ingenting kan stå etter sluttposten.", "nothing may follow the end record";
    NoAssignment = "no-assignment": "Et oppdrag mangler.", "Eit oppdrag manglar.", "an assignment is missing";
    AssignmentDigits = "assignment-digits": "Avtale og nummer på oppdraget må være sifre.", "Avtale og nummer på oppdraget må vere siffer.", "agreement and number of the assignment must be digits";
    AccountDigits = "account-digits": "Kontoen til oppdraget må være sifre.", "Kontoen til oppdraget må vere siffer.", "the account of the assignment must be digits";
    TooMany = "too-many": "Filen har for mange transaksjoner.", "Fila har for mange transaksjonar.", "the file has too many transactions";
    NoAssignmentEnd = "no-assignment-end": "Oppdraget har ingen sluttpost.", "Oppdraget har ingen sluttpost.", "the assignment has no end record";
    Order = "order": "En transaksjon begynner med post 30, et oppdrag slutter med post 88.", "Ein transaksjon byrjar med post 30, eit oppdrag sluttar med post 88.", "a transaction begins with record 30, an assignment ends with record 88";
    NoTransaction = "no-transaction": "En transaksjon mangler.", "Ein transaksjon manglar.", "a transaction is missing";
    Type = "type": "Transaksjonstypen må være 10 til 21.", "Transaksjonstypen må vere 10 til 21.", "the type of the transaction must be 10 to 21";
    NumberDigits = "number-digits": "Transaksjonsnummeret må være sifre.", "Transaksjonsnummeret må vere siffer.", "the number of the transaction must be digits";
    AmountDigits = "amount-digits": "Beløpet må være sifre.", "Beløpet må vere siffer.", "the amount must be digits";
    TooLarge = "too-large": "Beløpet er for stort.", "Beløpet er for stort.", "the amount is too large";
    Sign = "sign": "Fortegnet må være minus, null eller mellomrom.", "Forteiknet må vere minus, null eller mellomrom.", "the sign must be a minus, a zero or a space";
    NoSecond = "no-second": "Post 31 i transaksjonen mangler.", "Post 31 i transaksjonen manglar.", "record 31 of the transaction is missing";
    SecondOfOther = "second-of-other": "Post 31 i samme transaksjon må følge etter post 30.", "Post 31 i same transaksjon må følgje etter post 30.", "record 31 of the same transaction must follow record 30";
    NoThird = "no-third": "Post 32 mangler.", "Post 32 manglar.", "record 32 is missing";
    ThirdOfOther = "third-of-other": "Post 32 hører til en annen transaksjon.", "Post 32 høyrer til ein annan transaksjon.", "record 32 belongs to another transaction";
}

impl Flaw {
    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flaw| flaw.code() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flaw_has_a_code_and_texts_of_its_own() {
        for flaw in Flaw::ALL {
            assert_eq!(Flaw::from_code(flaw.code()), Some(*flaw));
            let texts = Language::ALL.map(|language| flaw.text(language));
            assert!(texts.iter().all(|text| !text.is_empty()), "{flaw:?}");
            assert!(texts[0] != texts[2] && texts[1] != texts[2], "{flaw:?}");
        }
    }
}
