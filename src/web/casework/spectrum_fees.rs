//! What spectrum licences share in a year (FOR-2024-01-17-79 § 15) at the desk: how it stands, what is missing before it can be
//! shared, and the form that sets it. It is read as the operation reads its JSON; the job shares it out, not this page.

use std::collections::BTreeSet;

use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{
    Inside, Refusal, can_be_said, caseworker,
    deeds::{Wrong, fields_of},
    fees, frame_at, status_of,
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    fee::pool::{
        actions,
        api::year_of,
        model::{Pool, PoolContent},
        store,
        wire::{InhabitantsForm, SpectrumFeePoolForm},
    },
    values::{calendar::oslo_date, municipality::Municipality},
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/spectrum-fees";

crate::web::texts::texts! {
    cwsf_title: "Frekvensgebyr som fordeles (§ 15)", "Frekvensgebyr som blir fordelte (§ 15)", "Spectrum fees that are shared (§ 15)";
    cwsf_lead: "Det som skal fordeles på frekvenstillatelsene i et år. Jobben for årsgebyr fordeler det og skriver en linje for hver tillatelse.", "Det som skal fordelast på frekvensløyva i eit år. Jobben for årsgebyr fordeler det og skriv ei linje for kvart løyve.", "What spectrum licences share in a year. The job for yearly fees shares it out and writes a line for each licence.";
    cwsf_show: "Vis året", "Vis året", "Show the year";
    cwsf_none(year): "For {year} er ingenting satt.", "For {year} er ingenting sett.", "Nothing is set for {year}.";
    cwsf_amount(year, amount): "For {year} fordeles kr {amount}.", "For {year} blir kr {amount} fordelte.", "For {year}, NOK {amount} is shared.";
    cwsf_shared(when): "Fordelt {when}. Linjene er skrevet, og det kan ikke endres.", "Fordelt {when}. Linjene er skrivne, og det kan ikkje endrast.", "Shared out {when}. The lines are written, and it cannot be changed.";
    cwsf_missing: "Før det kan fordeles, mangler innbyggere i", "Før det kan fordelast, manglar innbyggjarar i", "Before it can be shared, inhabitants are missing of";
    cwsf_share: "Frekvensenes del av sektoravgiften (kr)", "Delen frekvensane har av sektoravgifta (kr)", "The part of the sector fee that falls on frequencies (NOK)";
    cwsf_other: "Det §§ 11–14 og 16 bringer inn (kr)", "Det §§ 11–14 og 16 bringar inn (kr)", "What §§ 11–14 and 16 bring in (NOK)";
    cwsf_source: "Hvor beløpene står; det er grunnlaget på fakturaene", "Kvar beløpa står; det er grunnlaget på fakturaene", "Where the amounts stand; it is the basis on the invoices";
    cwsf_inhabitants: "Innbyggere på fastlandet (når noen har regional tillatelse)", "Innbyggjarar på fastlandet (når nokon har regionalt løyve)", "Inhabitants of the mainland (where regional licences are held)";
    cwsf_municipalities: "Innbyggere i kommuner med regional tillatelse: nummer og antall, én på hver linje", "Innbyggjarar i kommunar med regionalt løyve: nummer og mengd, éin på kvar linje", "Inhabitants of municipalities with regional licences: number and count, one on each line";
    cwsf_do: "Lagre", "Lagre", "Save";
    cwsf_wrong_amount: "Skriv et beløp i kroner, som 1 250 000 eller 1 250 000,50.", "Skriv eit beløp i kroner, som 1 250 000 eller 1 250 000,50.", "Write an amount in kroner, such as 1 250 000 or 1 250 000.50.";
    cwsf_wrong_other: "Skriv et beløp i kroner, ikke over delen som fordeles.", "Skriv eit beløp i kroner, ikkje over delen som blir fordelt.", "Write an amount in kroner, not above the part that is shared.";
    cwsf_wrong_source: "Skriv hvor beløpene står, med høyst 200 tegn.", "Skriv kvar beløpa står, med høgst 200 teikn.", "Write where the amounts stand, in at most 200 characters.";
    cwsf_wrong_inhabitants: "Skriv innbyggerne på fastlandet, minst så mange som kommunene har til sammen.", "Skriv innbyggjarane på fastlandet, minst så mange som kommunane har til saman.", "Write the inhabitants of the mainland, at least those of the municipalities together.";
    cwsf_wrong_municipalities: "Skriv nummeret på en kommune som finnes i dag, og antallet, på hver linje og hver kommune én gang.", "Skriv nummeret på ein kommune som finst i dag, og mengda, på kvar linje og kvar kommune éin gong.", "Write the number of a municipality of today and the count on each line, each municipality once.";
    cwsf_stale: "Noen har endret det mens du hadde det oppe. Ingenting er lagret.", "Nokon har endra det medan du hadde det oppe. Ingenting er lagra.", "It was changed while you had it open. Nothing was saved.";
}

/// What stands in the fields.
struct Typed {
    share: String,
    other: String,
    source: String,
    inhabitants: String,
    municipalities: String,
}

impl Typed {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            share: text("share"),
            other: text("other"),
            source: text("source"),
            inhabitants: text("inhabitants"),
            municipalities: text("municipalities"),
        }
    }

    fn of_pool(content: &PoolContent) -> Self {
        let kroner = |ore: i64| format!("{},{:02}", ore / 100, ore % 100);
        let lines = content.by_municipality.iter();
        let lines = lines.map(|(number, inhabitants)| format!("{number:04} {inhabitants}"));
        Self {
            share: kroner(content.frequency_share_ore),
            other: kroner(content.other_income_ore),
            source: content.source.clone(),
            inhabitants: content.inhabitants.map(|one| one.to_string()).unwrap_or_default(),
            municipalities: lines.collect::<Vec<_>>().join("\n"),
        }
    }

    /// What is typed, as in JSON, or what cannot be read.
    fn read(&self, words: Words) -> Result<SpectrumFeePoolForm, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let (share, other) = (ore(&self.share), ore(&self.other));
        if share.is_none() {
            wrongs.push(("share", words.cwsf_wrong_amount()));
        }
        if other.is_none() {
            wrongs.push(("other", words.cwsf_wrong_other()));
        }
        let inhabitants = count(&self.inhabitants);
        if inhabitants.is_none() && !self.inhabitants.is_empty() {
            wrongs.push(("inhabitants", words.cwsf_wrong_inhabitants()));
        }
        let lines = self.municipalities.lines().map(str::trim).filter(|line| !line.is_empty());
        let municipalities: Option<Vec<InhabitantsForm>> = lines
            .map(|line| {
                let (number, rest) = line.split_once(char::is_whitespace)?;
                Municipality::parse(number).ok()?;
                Some(InhabitantsForm { number: number.to_owned(), inhabitants: count(rest)? })
            })
            .collect();
        if municipalities.is_none() {
            wrongs.push(("municipalities", words.cwsf_wrong_municipalities()));
        }
        match (share, other, municipalities) {
            (Some(frequency_share_ore), Some(other_income_ore), Some(municipalities))
                if wrongs.is_empty() =>
            {
                Ok(SpectrumFeePoolForm {
                    frequency_share_ore,
                    other_income_ore,
                    source: self.source.clone(),
                    inhabitants,
                    municipalities,
                })
            }
            _ => Err(wrongs),
        }
    }
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|one| !one.is_whitespace()).collect()
}

/// A number as people write it, with spaces between the thousands.
fn count(text: &str) -> Option<u64> {
    let plain = without_spaces(text);
    // `parse` would take a sign, too
    plain.parse().ok().filter(|_| plain.bytes().all(|one| one.is_ascii_digit()))
}

/// An amount in kroner as people write it, in øre.
fn ore(text: &str) -> Option<i64> {
    let plain = without_spaces(text);
    let (whole, part) = plain.split_once([',', '.']).unwrap_or((plain.as_str(), "00"));
    let part_of_krone = count(&format!("{part:0<2}")).filter(|_| (1..=2).contains(&part.len()))?;
    let ore = count(whole)?.checked_mul(100)?.checked_add(part_of_krone)?;
    i64::try_from(ore).ok()
}

#[derive(Template)]
#[template(path = "casework_spectrum_fees.html", config = "src/web/askama.toml")]
struct PoolPage {
    frame: Frame,
    inside: Inside,
    here: String,
    back: (String, &'static str),
    year: i32,
    version: i32,
    /// How it stands, in sentences.
    stands: Vec<String>,
    missing: Vec<String>,
    is_shared: bool,
    typed: Typed,
    wrongs: Vec<Wrong>,
    refused: Option<Refusal>,
    is_done: bool,
}

impl PoolPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// What was tried.
#[derive(Default)]
struct Said {
    typed: Option<Typed>,
    wrongs: Vec<Wrong>,
    refused: Option<Refusal>,
}

/// The pool of a year; this year's unless the address says another.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, fees::SCOPE)?;
    let asked = visitor.reader.query.get("year").map(year_of);
    let year = asked.unwrap_or_else(|| Ok(today(app).year()));
    let shown = async { page(app, &visitor, year?, Said::default()).await };
    Ok(match shown.await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// Sets it, or shows the page again.
#[handler]
pub async fn save(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, fees::SCOPE)?;
    visitor.own(&form)?;
    Ok(match saved(app, &visitor, &form).await {
        Ok(response) => response,
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

fn today(app: &App) -> NaiveDate {
    oslo_date(app.clock().now())
}

async fn saved(app: &App, visitor: &SignedIn, form: &Form) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let year = year_of(form.get("year"))?;
    let typed = Typed::of(form);
    let content = match typed.read(words) {
        Ok(read) => {
            let mut errors = FieldErrors::new();
            let content = read.meaning(&mut errors);
            errors.finish(content).map_err(|failure| wrongs_of(words, &failure))
        }
        Err(wrongs) => Err(wrongs),
    };
    let content = match content {
        Ok(content) => content,
        Err(wrongs) => {
            let said = Said { typed: Some(typed), wrongs, refused: None };
            let page = page(app, visitor, year, said).await?;
            return Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page));
        }
    };
    let version = form.get("version").parse().map_err(|_| Failure::stale())?;
    match actions::put(app, &visitor.caller.subject, year, version, &content).await {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}?year={year}&done=yes")))),
        Err(failure) if can_be_said(&failure) => {
            let own = (Problem::StaleVersion, words.cwsf_stale());
            let refused = Some(Refusal::but(words, &failure, own));
            let said = Said { typed: Some(typed), wrongs: Vec::new(), refused };
            let page = page(app, visitor, year, said).await?;
            Ok(frame::answer(status_of(&failure), &page.frame, &page))
        }
        Err(failure) => Err(failure),
    }
}

fn wrongs_of(words: Words, failure: &Failure) -> Vec<Wrong> {
    fields_of(failure, |field| {
        Some(match field.pointer.as_str() {
            "/frequencyShareOre" => ("share", words.cwsf_wrong_amount()),
            "/otherIncomeOre" => ("other", words.cwsf_wrong_other()),
            "/inhabitants" => ("inhabitants", words.cwsf_wrong_inhabitants()),
            pointer if pointer.starts_with("/municipalities") => {
                ("municipalities", words.cwsf_wrong_municipalities())
            }
            _ => ("source", words.cwsf_wrong_source()),
        })
    })
}

fn named(number: u16) -> String {
    let number = format!("{number:04}");
    match Municipality::parse(&number) {
        Ok(municipality) => format!("{number} {}", municipality.entry().name),
        Err(_) => number,
    }
}

async fn page(app: &App, visitor: &SignedIn, year: i32, said: Said) -> Result<PoolPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let pool: Option<Pool> = store::find(connection, year).await?;
    let missing = match &pool {
        Some(pool) => actions::missing(connection, pool, today(app)).await?,
        None => BTreeSet::new(),
    };
    let shared_at = pool.as_ref().and_then(|pool| pool.shared_at);
    let mut stands = vec![match &pool {
        Some(pool) => words.cwsf_amount(year, words.kroner(pool.content.amount_ore())),
        None => words.cwsf_none(year),
    }];
    stands.extend(shared_at.map(|at| words.cwsf_shared(words.moment(at))));
    let set = pool.as_ref().map(|pool| Typed::of_pool(&pool.content));
    Ok(PoolPage {
        frame: frame_at(visitor, words.cwsf_title(), PATH),
        inside: Inside::of(visitor, fees::PATH),
        here: reader.link(PATH),
        back: (reader.link(fees::PATH), words.cwf_fees()),
        year,
        version: pool.as_ref().map_or(0, |pool| pool.version),
        stands,
        missing: missing.into_iter().map(named).collect(),
        is_shared: shared_at.is_some(),
        typed: said.typed.or(set).unwrap_or_else(|| Typed::of(&Form::default())),
        wrongs: said.wrongs,
        refused: said.refused,
        is_done: reader.query.get("done").is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, read) in [
            ("1 250 000", Some(125_000_000)),
            ("1\u{a0}250\u{a0}000,5", Some(125_000_050)),
            ("12.34", Some(1_234)),
            ("0", Some(0)),
            ("1.250.000", None),
            ("1,250", None),
            ("1,", None),
            ("", None),
            ("-1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(ore(text), read, "{text}");
        }
        assert_eq!((count("5 550 203"), count("x"), count("")), (Some(5_550_203), None, None));
    }
}
