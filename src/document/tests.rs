//! Whole documents through both renderings: nothing is lost, nothing hostile gets through, pages break where they may.

use chrono::{NaiveDate, TimeZone, Utc};
use lopdf::Document as PdfFile;
use proptest::prelude::*;

use super::*;
use crate::values::language::Language;

fn authority() -> Authority {
    Authority {
        name: "Tilsynet for radio og nett".to_owned(),
        contact_lines: ["Nygata 1, 4790 Lillesand", "Telefon 68 05 00 00"]
            .map(str::to_owned)
            .to_vec(),
    }
}

fn sample(language: Language) -> Document {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    certificate(CertificateFacts {
        kind_title: "Frekvenstillatelse for nødpeilesender (PLB)".to_owned(),
        permit_number: "PLB-2026-000123".to_owned(),
        holder_lines: ["Áile Žuŋgá Østbø", "Fjellveien 12", "9730 KARASJOK"]
            .map(str::to_owned)
            .to_vec(),
        facts: vec![
            ("Kallesignal".to_owned(), "LN1234".to_owned()),
            ("Frekvenser".to_owned(), "406,0–406,1 MHz og 121,5 MHz".to_owned()),
        ],
        conditions: vec![
            "Senderen brukes bare i nød. Feilutløsning meldes straks.".to_owned(),
            "Endringer i navn, adresse og kontaktpersoner meldes før senderen tas i bruk."
                .to_owned(),
        ],
        legal_basis: "Ekomloven § 11-2".to_owned(),
        appeal: Some("Eksempeldepartementet"),
        valid_from: date(2026, 11, 21),
        valid_until: None,
        issued_at: Utc.with_ymd_and_hms(2026, 11, 21, 9, 30, 15).single().expect("a time"),
        issued_on: date(2026, 11, 21),
        verification_url: "https://register.example/v/9F3K-2QXM-7TBD".to_owned(),
        verification_code: "9F3K-2QXM-7TBD".to_owned(),
        authority: authority(),
        language,
    })
}

fn with_blocks(blocks: Vec<Block>) -> Document {
    Document { blocks, verification: None, ..sample(Language::Bokmal) }
}

/// Every text of a document but its number, in no particular order.
fn texts(document: &Document) -> Vec<String> {
    let mut texts = vec![document.title.clone()];
    texts.push(document.authority.name.clone());
    texts.extend(document.authority.contact_lines.clone());
    texts.extend(document.recipient.clone());
    let pairs = |pairs: &[(String, String)]| {
        let pairs = pairs.iter().cloned();
        pairs.flat_map(|(label, value)| [label, value]).collect::<Vec<_>>()
    };
    texts.extend(pairs(&document.references));
    for block in &document.blocks {
        texts.extend(match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => vec![text.clone()],
            Block::Facts(facts) => pairs(facts),
            Block::Table { columns, rows } => [columns.clone(), rows.concat()].concat(),
            Block::List(items) => items.clone(),
        });
    }
    if let Some(verification) = &document.verification {
        let Verification { url, code, caption } = verification.clone();
        texts.extend([url, code, caption]);
    }
    texts
}

/// A text without any white space, so that line breaks do not matter.
fn squeezed(text: &str) -> String {
    text::tidy(text).split_whitespace().collect()
}

/// The text of each page, as a reader of PDF files finds it.
fn pdf_pages(bytes: &[u8]) -> Vec<String> {
    let file = PdfFile::load_mem(bytes).expect("the file is well-formed");
    let numbers = file.get_pages().into_keys();
    numbers.map(|number| file.extract_text(&[number]).expect("text can be extracted")).collect()
}

/// The running text of the PDF without white space: its pages joined, the feet between them taken out.
fn running_text(document: &Document, pdf: &Pdf) -> String {
    joined(document, &pdf_pages(&pdf.bytes))
}

/// Texts of pages without white space, joined, the feet between them taken out.
fn joined(document: &Document, pages: &[String]) -> String {
    let place = |index| words::page_of(index + 1, pages.len(), document.language);
    let bodies = pages.iter().enumerate().map(|(index, page)| {
        let foot = squeezed(&format!("{}{}", document.number, place(index)));
        let page = squeezed(page);
        page.strip_suffix(&foot).expect("every page has its foot").to_owned()
    });
    bodies.collect()
}

/// The text of a page of HTML: what stands between the tags.
fn html_text(page: &str) -> String {
    let body = page.split_once("<body>").expect("a body").1;
    let outside = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    outside
        .collect::<Vec<_>>()
        .join("\n")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

pub fn assert_nothing_is_lost(document: &Document) -> Pdf {
    let pdf = render_pdf(document).expect("it renders");
    let in_pdf = running_text(document, &pdf);
    let in_html = squeezed(&html_text(&render_html(document)));
    for text in texts(document) {
        let text = squeezed(&text);
        assert!(in_pdf.contains(&text), "not in the PDF: {text}");
        assert!(in_html.contains(&text), "not in the page: {text}");
    }
    pdf
}

#[test]
fn a_certificate_is_one_small_page_with_all_its_texts_in_every_language() {
    for language in Language::ALL {
        let pdf = assert_nothing_is_lost(&sample(language));
        assert_eq!(pdf.pages, 1);
        assert!(pdf.missing.is_empty());
        assert!(pdf.bytes.len() < 40_000, "{} bytes", pdf.bytes.len());
    }
}

#[test]
fn the_file_names_its_title_authority_language_and_time() {
    let document = sample(Language::Nynorsk);
    let pdf = render_pdf(&document).expect("it renders");
    let file = PdfFile::load_mem(&pdf.bytes).expect("well-formed");
    let catalog = file.catalog().expect("a catalogue");
    assert_eq!(catalog.get(b"Lang").and_then(lopdf::Object::as_str).ok(), Some(&b"nn"[..]));
    let info = file.trailer.get(b"Info").and_then(lopdf::Object::as_reference).expect("info");
    let info = file.get_dictionary(info).expect("info");
    let text = |key: &[u8]| lopdf::decode_text_string(info.get(key).expect("set")).expect("text");
    assert_eq!(text(b"Title"), document.title);
    assert_eq!(text(b"Author"), document.authority.name);
    assert_eq!(text(b"CreationDate"), "D:20261121093015+00'00'");
    assert!(!info.has(b"GTS_PDFXVersion"));
}

#[test]
fn a_character_no_font_has_is_replaced_visibly_and_reported() {
    let mut document = sample(Language::Bokmal);
    document.recipient[0] = "Kari 漢".to_owned();
    let pdf = render_pdf(&document).expect("it renders");
    assert_eq!(pdf.missing.into_iter().collect::<String>(), "漢");
    assert!(pdf_pages(&pdf.bytes)[0].contains("Kari \u{FFFD}"));
    assert!(html_text(&render_html(&document)).contains("Kari 漢"));
}

#[test]
fn the_headings_of_a_table_are_repeated_on_every_page_it_reaches() {
    let rows = (0..150).map(|row| vec![format!("rad-{row}"), "x".repeat(row)]).collect();
    let document = with_blocks(vec![Block::Table {
        columns: vec!["Kanalnavn".to_owned(), "Merknad".to_owned()],
        rows,
    }]);
    let pdf = assert_nothing_is_lost(&document);
    let pages = pdf_pages(&pdf.bytes);
    assert!(pages.len() > 3);
    for (index, page) in pages.iter().enumerate() {
        assert_eq!(page.matches("Kanalnavn").count(), 1);
        assert!(page.contains(&format!("Side {} av {}", index + 1, pages.len())));
        assert!(page.contains(&document.number));
    }
}

#[test]
fn a_heading_is_never_left_alone_at_the_foot_of_a_page() {
    for lines in 20..60 {
        let mut blocks = vec![Block::Paragraph("linje\n".repeat(lines))];
        blocks.push(Block::Heading("Overskrift".to_owned()));
        blocks.push(Block::List(vec!["første punkt".to_owned(), "andre".to_owned()]));
        let pages = pdf_pages(&render_pdf(&with_blocks(blocks)).expect("it renders").bytes);
        let page = pages.iter().find(|page| page.contains("Overskrift")).expect("a page");
        assert!(page.contains("første punkt"), "with {lines} lines");
    }
}

#[test]
fn a_cell_taller_than_a_page_and_a_word_wider_than_a_line_are_broken() {
    let long = "tekst ".repeat(3000);
    let document = with_blocks(vec![
        Block::Facts(vec![("Merknad".to_owned(), long)]),
        Block::Paragraph("å".repeat(2000)),
    ]);
    assert!(assert_nothing_is_lost(&document).pages > 2);
}

#[test]
fn surplus_cells_are_kept_and_missing_ones_are_empty() {
    let document = with_blocks(vec![Block::Table {
        columns: vec!["En".to_owned()],
        rows: vec![vec![], vec!["a".to_owned(), "surplus".to_owned()]],
    }]);
    assert_nothing_is_lost(&document);
}

#[test]
fn an_address_no_qr_code_can_hold_is_refused_in_print_and_written_out_on_the_page() {
    let mut document = sample(Language::English);
    let url = format!("https://register.example/{}", "x".repeat(4000));
    document.verification.as_mut().expect("present").url.clone_from(&url);
    assert_eq!(render_pdf(&document).err(), Some(DocumentFlaw::AddressTooLong));
    let page = render_html(&document);
    assert!(page.contains(&url) && !page.contains("<svg"));
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let hostile = "<script>alert(1)</script>\" onload='x' &lt; ) Tj ET \\ (";
    let mut document = with_blocks(vec![
        Block::Heading(hostile.to_owned()),
        Block::Paragraph(hostile.to_owned()),
        Block::Facts(vec![(hostile.to_owned(), hostile.to_owned())]),
        Block::Table { columns: vec![hostile.to_owned()], rows: vec![vec![hostile.to_owned()]] },
        Block::List(vec![hostile.to_owned()]),
        Block::Note(hostile.to_owned()),
    ]);
    document.title = hostile.to_owned();
    document.recipient = vec![hostile.to_owned()];
    document.verification = Some(Verification {
        url: "javascript:alert(1)".to_owned(),
        code: hostile.to_owned(),
        caption: hostile.to_owned(),
    });
    assert_nothing_is_lost(&document);
    let page = render_html(&document);
    assert!(!page.contains("<script"));
    assert!(!page.contains("href=\"javascript:"));
    assert!(!page.contains("\" onload"));
}

#[test]
fn the_page_is_accessible_and_needs_no_inline_style_or_script() {
    let mut document = sample(Language::English);
    document.blocks.push(Block::Table {
        columns: vec!["Channel".to_owned()],
        rows: vec![vec!["1".to_owned()]],
    });
    let page = render_html(&document);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(page.contains("<th scope=\"col\">Channel</th>"));
    assert!(page.contains("role=\"img\" aria-label=\"QR code with the verification address\""));
    for forbidden in ["style=", "<style", "<script", "src=", " on"] {
        let tags = page.split('<').skip(1).filter_map(|part| part.split_once('>'));
        assert!(tags.into_iter().all(|(tag, _)| !tag.contains(forbidden)), "{forbidden}");
    }
    assert!(page.contains(&format!("href=\"{DOCUMENT_CSS_PATH}\"")));
    assert!(!DOCUMENT_CSS.contains("url(") && !DOCUMENT_CSS.contains("@import"));
}

#[test]
fn debug_output_shows_no_person() {
    let shown = format!("{:?}", sample(Language::Bokmal));
    assert!(!shown.contains("Østbø") && !shown.contains("9F3K") && !shown.contains("Fjellveien"));
}

/// What a second, unrelated reader finds in the file, as [`running_text`]; nothing where poppler is not installed.
fn pdftotext(document: &Document) -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut reader = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let pdf = render_pdf(document).expect("it renders");
    let mut input = reader.stdin.take().expect("piped");
    input.write_all(&pdf.bytes).expect("the reader reads");
    drop(input);
    let output = reader.wait_with_output().expect("the reader ends").stdout;
    let text = String::from_utf8(output).expect("UTF-8");
    // a form feed ends each page
    let pages: Vec<String> = text.split_terminator('\u{c}').map(str::to_owned).collect();
    Some(joined(document, &pages))
}

/// Where there is another reader, it finds every text, too.
pub fn assert_another_reader_agrees(document: &Document) {
    let Some(output) = pdftotext(document) else { return };
    for text in texts(document) {
        assert!(output.contains(&squeezed(&text)), "not found: {text}");
    }
}

#[test]
fn pdftotext_finds_the_same_text() {
    assert_another_reader_agrees(&sample(Language::Nynorsk));
}

/// Texts of printable Latin letters and signs, markup and line breaks among them. Left out is the soft hyphen,
/// which is a hint and no text.
fn any_text() -> impl Strategy<Value = String> {
    "[ -~\u{A0}-¬®-ſ–“”«»№→\n]{0,80}"
}

fn any_block() -> impl Strategy<Value = Block> {
    let texts = || prop::collection::vec(any_text(), 0..4);
    // A row of very many lines is split, its cells then alternate, and their texts are no longer found in one piece.
    let cell = || any_text().prop_map(|text| text.replace('\n', " "));
    let cells = move || prop::collection::vec(cell(), 0..4);
    let pairs = prop::collection::vec((cell(), cell()), 0..4);
    prop_oneof![
        any_text().prop_map(Block::Heading),
        any_text().prop_map(Block::Paragraph),
        any_text().prop_map(Block::Note),
        texts().prop_map(Block::List),
        pairs.prop_map(Block::Facts),
        (cells(), prop::collection::vec(cells(), 0..4))
            .prop_map(|(columns, rows)| Block::Table { columns, rows }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_text_is_in_the_pdf_and_on_the_page(
        blocks in prop::collection::vec(any_block(), 0..12),
        title in any_text(),
        recipient in prop::collection::vec(any_text(), 0..5),
    ) {
        let document = Document { title, recipient, ..with_blocks(blocks) };
        assert_nothing_is_lost(&document);
    }

    #[test]
    fn no_text_whatever_breaks_a_rendering(text in any::<String>()) {
        let document = Document { title: text.clone(), ..with_blocks(vec![Block::Paragraph(text)]) };
        prop_assert!(render_pdf(&document).is_ok());
        prop_assert_eq!(render_html(&document).matches("<h1>").count(), 1);
    }
}
