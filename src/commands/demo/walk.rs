//! The job in six steps as shell lines that anybody can paste, and as a script beside the data.
//!
//! Each run ends with both permits surrendered, so that it can be run again.

use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use super::{applications, people::Person};
use crate::{
    app::App,
    permit::kind::amateur::model::LicenceClass,
    values::beacon_id::{Code, Homer, NORWAY, Programming, Transmission, encode, message},
};

/// The script, in the folder of the data.
pub const FILE: &str = "walk.sh";
/// The tokens as shell variables, beside it.
const TOKENS: &str = "people.sh";
/// Serial number of the beacon that is applied for; none of the made-up ones has no type approval.
const SERIAL: u32 = 406_028;

/// Writes the script; answers its lines as they are printed.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(app: &App, folder: &Path, people: &[Person]) -> Result<String, String> {
    let variables: String = people
        .iter()
        .map(|person| format!("# {}\n{}='{}'\n", person.what, person.name, person.token))
        .collect();
    let tokens = folder.join(TOKENS);
    put(&tokens, 0o600, &variables)?;
    let steps = steps(app, people)?;
    let folder = folder.canonicalize().map_err(|error| error.to_string())?;
    let tokens = folder.join(TOKENS);
    let quoted = tokens.display().to_string().replace('\'', r"'\''");
    let lines = format!(". '{quoted}'\n{steps}");
    let script = format!(
        "#!/usr/bin/env bash\n# The job of the registry in six steps; needs bash, curl and jq, and the demo running.\n\
         [ -n \"${{BASH_VERSION-}}\" ] || exec bash \"$0\" \"$@\"\nset -euo pipefail\nfor tool in curl jq; do command -v $tool >/dev/null || {{ echo \"$tool is missing\" >&2; exit 1; }}; done\n\
         {lines}echo 'All six steps went well.'\n"
    );
    put(&folder.join(FILE), 0o700, &script)?;
    Ok(lines)
}

fn put(path: &Path, mode: u32, text: &str) -> Result<(), String> {
    std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The code a programmer would give the beacon, and what it would send.
fn codes() -> Result<(String, String), String> {
    let programming = Programming {
        country: NORWAY[0],
        code: Code::SerialUserPlb { serial: SERIAL, tac: None },
        homer: Homer::Mhz121,
    };
    let code = encode(&programming).map_err(|flaw| flaw.to_string())?;
    let sent = message(&programming, Transmission::Long { position: None })
        .map_err(|flaw| flaw.to_string())?;
    Ok((code.as_str().to_owned(), sent))
}

pub(super) fn steps(app: &App, people: &[Person]) -> Result<String, String> {
    let person = |name: &str| {
        people.iter().find(|person| person.name == name).ok_or_else(|| format!("{name} is missing"))
    };
    let (kari, ola) = (person("KARI")?, person("OLA")?);
    let mut application = applications::plb(kari.number, false);
    application.beacon.serial = Some(SERIAL);
    application.beacon.type_approval = None;
    application.beacon.colour = None;
    let mut corrected = application.clone();
    corrected.beacon.colour = Some("oransje".to_owned());
    let mut amateur = applications::amateur(ola.number);
    amateur.publish = Some(vec![
        crate::permit::kind::amateur::wire::ListedField::Name,
        crate::permit::kind::amateur::wire::ListedField::PostTown,
    ]);
    let json = |value: &serde_json::Value| value.to_string().replace('\'', r"'\''");
    let (code, sent) = codes()?;
    // the class everybody of the demo applies for
    let class = LicenceClass::Full.code();
    Ok(TEMPLATE
        .replace("{url}", &app.settings().public_url)
        .replace("{application}", &json(&applications::sent(&application)))
        .replace("{corrected}", &json(&applications::sent(&corrected)))
        .replace("{amateur}", &json(&applications::sent(&amateur)))
        .replace("{code}", &code)
        .replace("{message}", &sent)
        .replace("{class}", class)
        .replace("{ola}", ola.national_id.as_deref().unwrap_or_default()))
}

const TEMPLATE: &str = include_str!("walk_steps.sh");
