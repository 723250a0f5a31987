//! Signs that look like what was typed: for a search that found nothing. Pure; which of them are in the
//! register the caller says.

use crate::values::call_sign::CallSign;

/// Most suggestions.
const MOST: usize = 6;

/// Characters that are taken for each other when read or heard in writing.
const LOOK_ALIKES: [(char, char); 9] = [
    ('0', 'O'),
    ('1', 'I'),
    ('1', 'L'),
    ('5', 'S'),
    ('8', 'B'),
    ('2', 'Z'),
    ('6', 'G'),
    ('V', 'U'),
    ('M', 'N'),
];

/// Signs of the register that differ from the text by one slip: first by characters that look alike,
/// then by two that changed places, one too many, and any other one.
pub fn near(text: &str, is_listed: impl Fn(CallSign) -> bool) -> Vec<CallSign> {
    let typed: Vec<char> =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    if !(3..=8).contains(&typed.len()) || text.chars().count() > 12 {
        return Vec::new();
    }
    let mut found: Vec<CallSign> = Vec::new();
    for candidate in slips(&typed) {
        if let Ok(sign) = CallSign::parse(&candidate)
            && !found.contains(&sign)
            && is_listed(sign)
        {
            found.push(sign);
            if found.len() == MOST {
                break;
            }
        }
    }
    found
}

fn slips(typed: &[char]) -> impl Iterator<Item = String> {
    let replaced = |at: usize, by: char| {
        let mut changed = typed.to_vec();
        changed[at] = by;
        changed.into_iter().collect::<String>()
    };
    let alike = (0..typed.len()).flat_map(move |at| {
        LOOK_ALIKES.into_iter().filter_map(move |(a, b)| match typed[at] {
            c if c == a => Some(replaced(at, b)),
            c if c == b => Some(replaced(at, a)),
            _ => None,
        })
    });
    let swapped = (1..typed.len()).map(|at| {
        let mut changed = typed.to_vec();
        changed.swap(at - 1, at);
        changed.into_iter().collect()
    });
    let shorter = (0..typed.len()).map(|at| {
        let mut changed = typed.to_vec();
        changed.remove(at);
        changed.into_iter().collect()
    });
    let other = (0..typed.len())
        .rev()
        .flat_map(move |at| ('A'..='Z').chain('0'..='9').map(move |by| replaced(at, by)));
    alike.chain(swapped).chain(shorter).chain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_leads_to_the_sign_that_was_meant() {
        let listed = ["LB1OO", "LB1AG", "LA3ZA", "LB1AB"];
        let near = |text: &str| -> Vec<String> {
            near(text, |sign| listed.contains(&sign.as_str()))
                .into_iter()
                .map(|sign| sign.to_string())
                .collect()
        };
        assert_eq!(near("lb1o0"), ["LB1OO"]);
        assert_eq!(near("LBIAG"), ["LB1AG"]);
        assert_eq!(near("LB1GA"), ["LB1AG"]);
        assert_eq!(near("LA3ZZA"), ["LA3ZA"]);
        assert_eq!(near("LB 1AX"), ["LB1AB", "LB1AG"]);
        assert!(near("radioklubben i fjellet").is_empty());
        assert!(near("").is_empty() && near("<script>").is_empty() && near("ÆØÅ").is_empty());
    }
}
