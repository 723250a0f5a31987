//! A stand-in for the mail server of notices: takes mails on this machine and hands them to whoever shows
//! them. It sends nothing on.

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Most that is read of one client.
const LONGEST: u64 = 256 * 1024;

/// A mail as a reader sees it.
pub struct Mail {
    /// Address it went to.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

/// Starts it at a free port, which it answers; each mail goes to `take`.
///
/// # Errors
/// When there is no free port.
pub async fn start(take: impl Fn(Mail) + Clone + Send + Sync + 'static) -> Result<u16, String> {
    let no_port = |error: std::io::Error| format!("the mail server has no port: {error}");
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(no_port)?;
    let port = listener.local_addr().map_err(no_port)?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let take = take.clone();
            tokio::spawn(async move {
                // a client that breaks off is no matter of ours
                let _ = serve(stream, &take).await;
            });
        }
    });
    Ok(port)
}

/// One conversation (RFC 5321), of which only the mail itself matters.
async fn serve(stream: TcpStream, take: &impl Fn(Mail)) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut stream = BufReader::new(reading.take(LONGEST));
    writing.write_all(b"220 anrop demo\r\n").await?;
    let mut data: Option<Vec<u8>> = None;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match &mut data {
            Some(mail) if line == b".\r\n" => {
                if let Some(read) = read(mail) {
                    take(read);
                }
                data = None;
                b"250 taken\r\n"
            }
            Some(mail) => {
                // a dot before a dot is the client's (section 4.5.2)
                mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                b""
            }
            None => {
                let verb: Vec<u8> = line.iter().take(4).map(u8::to_ascii_uppercase).collect();
                match verb.as_slice() {
                    b"DATA" => {
                        data = Some(Vec::new());
                        b"354 go on\r\n"
                    }
                    b"QUIT" => return Ok(()),
                    _ => b"250 fine\r\n",
                }
            }
        };
        writing.write_all(answer).await?;
    }
}

fn read(bytes: &[u8]) -> Option<Mail> {
    let mail = MessageParser::default().parse(bytes)?;
    Some(Mail {
        to: mail.to()?.first()?.address()?.to_owned(),
        subject: mail.subject().unwrap_or_default().to_owned(),
        text: mail.body_text(0)?.into_owned(),
    })
}
