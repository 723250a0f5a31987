//! A form with a file in it, as a page sends it (`multipart/form-data`): the fields first, which are small, then the
//! file, which is passed on in pieces and never held, then what stands behind it in the page, such as the button.
//! Whoever takes it looks at the fields before the file is read. A form without a file may come the usual way too.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use futures_util::{Stream, stream};
use poem::{
    Body, FromRequest, Request, RequestBody,
    web::{Field, Multipart},
};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use zeroize::Zeroizing;

use super::form::{Form, LARGEST, of_this_site};
use crate::failure::{Failure, Problem};

/// Most fields of a form.
const MOST_FIELDS: usize = 400;
/// Bytes passed on together.
const PIECE: usize = 64 * 1024;
/// Read of a file that is not taken, so that the browser gets to read the answer; who sends more sees the
/// connection end.
const PASSED_OVER: usize = 64 * 1024 * 1024;

/// Bytes of a form that are read at all: the largest file, what is passed over behind one, and the fields.
const LONGEST: usize = 96 * 1024 * 1024;
/// Bytes that are gathered before something comes of them: a field, or the head of a part.
const GATHERED: usize = 256 * 1024;
/// Bytes of a form that are looked at together.
const SMALL_PIECE: usize = 16 * 1024;

/// A form on its way in.
pub enum Upload {
    /// Without a file.
    Fields(Form),
    /// Part by part.
    Parts(Multipart, Gathered),
}

/// How many bytes of a form were gathered since something came of them.
type Gathered = Arc<AtomicUsize>;

type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// A file on its way in.
pub struct File {
    /// Its name, as the sender has it.
    pub name: String,
    reader: Reader,
    parts: Multipart,
    gathered: Gathered,
    /// Bytes that the fields may still have.
    left: usize,
}

impl<'a> FromRequest<'a> for Upload {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let media_type = request.content_type().unwrap_or_default();
        if !media_type.starts_with("multipart/form-data") {
            return Form::from_request(request, body).await.map(Self::Fields);
        }
        of_this_site(request)?;
        let gathered = Gathered::default();
        let whole = Box::pin(body.take().map_err(|_| broken())?.into_bytes_stream());
        let mut body = RequestBody::new(Body::from_bytes_stream(ended(whole, gathered.clone())));
        let parts = Multipart::from_request(request, &mut body).await;
        parts.map(|parts| Self::Parts(parts, gathered)).map_err(|_| broken().into())
    }
}

/// A form that ends where it is longer than any, or where nothing comes of what was gathered: a part whose headers
/// never end is not gathered for ever. It comes in small pieces, and whoever reads it looks at each before the next.
fn ended<B: AsRef<[u8]> + Send + 'static>(
    mut whole: Pin<Box<dyn Stream<Item = std::io::Result<B>> + Send>>,
    gathered: Gathered,
) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    let mut left = LONGEST;
    let mut was_given = false;
    let mut rest: Option<(B, usize)> = None;
    stream::poll_fn(move |context| {
        if std::mem::take(&mut was_given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if left == 0 || gathered.load(Ordering::Relaxed) > GATHERED {
            return Poll::Ready(Some(Err(std::io::ErrorKind::FileTooLarge.into())));
        }
        let (bytes, from) = match rest.take() {
            Some(rest) => rest,
            None => match std::task::ready!(whole.as_mut().poll_next(context)) {
                Some(Ok(bytes)) => (bytes, 0),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            },
        };
        let waiting = &bytes.as_ref()[from..];
        let piece = waiting[..waiting.len().min(SMALL_PIECE)].to_vec();
        if piece.len() < waiting.len() {
            rest = Some((bytes, from + piece.len()));
        }
        left = left.saturating_sub(piece.len());
        gathered.fetch_add(piece.len(), Ordering::Relaxed);
        was_given = true;
        Poll::Ready(Some(Ok(piece)))
    })
}

fn broken() -> Failure {
    Failure::new(Problem::MalformedBody, "The form is not whole.")
}

impl Upload {
    /// The fields up to the file, and the file, if one was chosen.
    ///
    /// # Errors
    /// 400 when the form ends too early, 413 when its fields are too large.
    pub async fn read(self) -> Result<(Form, Option<File>), Failure> {
        let (mut parts, gathered) = match self {
            Upload::Fields(form) => return Ok((form, None)),
            Upload::Parts(parts, gathered) => (parts, gathered),
        };
        let mut fields = Fields::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            gathered.store(0, Ordering::Relaxed);
            match part.file_name().map(str::to_owned) {
                None => {
                    fields.take(part).await?;
                    gathered.store(0, Ordering::Relaxed);
                }
                Some(name) => {
                    // a field for a file that nothing was chosen for comes without a name, and empty
                    let mut reader: Reader = Box::pin(part.into_async_read());
                    let mut first = [0_u8; 1];
                    let is_empty = reader.read(&mut first).await.map_err(|_| broken())? == 0;
                    if name.is_empty() && is_empty {
                        continue;
                    }
                    if !is_empty {
                        reader = Box::pin(std::io::Cursor::new(first).chain(reader));
                    }
                    let file = File { name, reader, parts, gathered, left: fields.left };
                    return Ok((Form::of(fields.all), Some(file)));
                }
            }
        }
        Ok((Form::of(fields.all), None))
    }
}

/// Fields, and how much more they may have.
struct Fields {
    all: Vec<(String, Zeroizing<String>)>,
    left: usize,
}

impl Default for Fields {
    fn default() -> Self {
        Self { all: Vec::new(), left: LARGEST }
    }
}

impl Fields {
    async fn take(&mut self, part: Field) -> Result<(), Failure> {
        let name = part.name().unwrap_or_default().to_owned();
        let text = text(part, &mut self.left).await?;
        self.all.push((name, text));
        if self.all.len() > MOST_FIELDS { Err(too_large()) } else { Ok(()) }
    }
}

fn too_large() -> Failure {
    Failure::new(Problem::BodyTooLarge, "The form is too large.")
}

/// The text of a field; what all have together is counted down in `left`.
async fn text(part: Field, left: &mut usize) -> Result<Zeroizing<String>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let limit = u64::try_from(*left).unwrap_or(u64::MAX) + 1;
    let mut reader = Box::pin(part.into_async_read().take(limit));
    reader.read_to_end(&mut bytes).await.map_err(|_| broken())?;
    *left = left.checked_sub(bytes.len()).ok_or_else(too_large)?;
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|_| broken())
}

impl File {
    /// Its bytes, in pieces.
    pub fn bytes(&mut self) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Unpin + use<'_> {
        let gathered = &self.gathered;
        Box::pin(stream::try_unfold(&mut self.reader, move |reader| async move {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece).await?;
            gathered.store(0, Ordering::Relaxed);
            piece.truncate(read);
            Ok((read > 0).then_some((piece, reader)))
        }))
    }

    /// Reads on and forgets what is read, so that the answer arrives; then what stands behind the file in the
    /// form is added to `form`. A form that ends before is as long as it is.
    pub async fn pass_over(mut self, form: &mut Form) {
        let mut piece = vec![0; PIECE];
        let mut passed = 0;
        while passed < PASSED_OVER {
            match self.reader.read(&mut piece).await {
                Ok(0) => break,
                Ok(read) => passed += read,
                Err(_) => return,
            }
            self.gathered.store(0, Ordering::Relaxed);
        }
        let Self { reader, mut parts, gathered, left, .. } = self;
        drop(reader);
        let mut fields = Fields { all: Vec::new(), left };
        while let Ok(Some(part)) = parts.next_field().await {
            gathered.store(0, Ordering::Relaxed);
            if part.file_name().is_none() && fields.take(part).await.is_err() {
                break;
            }
            gathered.store(0, Ordering::Relaxed);
        }
        form.add(fields.all);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    const BOUNDARY: &str = "grense";
    const PIECE: usize = SMALL_PIECE;

    /// What comes of a form that begins so and then never ends; and how many bytes of it were read.
    async fn endless(head: &str) -> (Result<(), Problem>, usize) {
        let read = Gathered::default();
        let counter = read.clone();
        let first = stream::iter([head.as_bytes().to_vec()]);
        let body = first.chain(stream::repeat(vec![b'x'; PIECE])).map(move |piece| {
            counter.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, std::io::Error>(piece)
        });
        let request = Request::builder()
            .content_type(&format!("multipart/form-data; boundary={BOUNDARY}"))
            .finish();
        let mut body = RequestBody::new(Body::from_bytes_stream(body));
        let upload = Upload::from_request(&request, &mut body).await.expect("a form");
        let outcome = match upload.read().await {
            Ok((_, None)) => Ok(()),
            Ok((_, Some(file))) => {
                file.pass_over(&mut Form::default()).await;
                Ok(())
            }
            Err(failure) => Err(failure.problem()),
        };
        (outcome, read.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_form_that_never_ends_is_read_to_a_limit_only() {
        let field = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"text\"\r\n");
        let file = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        );
        // no boundary, no name of a header, no value of one, no end of a field
        for (head, problem) in [
            (String::new(), Problem::MalformedBody),
            (format!("--{BOUNDARY}\r\n"), Problem::MalformedBody),
            (format!("{field}X-Long: "), Problem::MalformedBody),
            (format!("{field}\r\n"), Problem::BodyTooLarge),
        ] {
            let (outcome, read) = endless(&head).await;
            assert_eq!(outcome, Err(problem), "{head}");
            assert!(read <= GATHERED + 2 * PIECE + head.len(), "{head}: {read}");
        }
        // a file that is not taken is passed over for a while
        let (outcome, read) = endless(&file).await;
        assert_eq!(outcome, Ok(()));
        assert!((PASSED_OVER..PASSED_OVER + 3 * GATHERED).contains(&read), "{read}");
    }

    #[tokio::test]
    async fn a_file_may_be_far_larger_than_what_is_gathered() {
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nHei\r\n--{BOUNDARY}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        )
        .into_bytes();
        body.extend(vec![b'x'; 10 * GATHERED]);
        let end = format!(
            "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"deed\"\r\n\r\nsend\r\n--{BOUNDARY}--\r\n"
        );
        body.extend(end.as_bytes());
        let request = Request::builder()
            .content_type(&format!("multipart/form-data; boundary={BOUNDARY}"))
            .finish();
        let mut body = RequestBody::new(Body::from_vec(body));
        let upload = Upload::from_request(&request, &mut body).await.expect("a form");
        let (mut form, file) = upload.read().await.expect("whole");
        let mut file = file.expect("a file");
        let mut size = 0;
        {
            let mut bytes = file.bytes();
            while let Some(piece) = bytes.next().await {
                size += piece.expect("a piece").len();
            }
        }
        assert_eq!(size, 10 * GATHERED);
        file.pass_over(&mut form).await;
        assert_eq!((form.get("text"), form.get("deed")), ("Hei", "send"));
    }
}
