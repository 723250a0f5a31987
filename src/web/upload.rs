//! A form with a file in it, as a page sends it (`multipart/form-data`): the fields first, which are small, then the
//! file, which is passed on in pieces and never held, then what stands behind it in the page, such as the button.
//! Whoever takes it looks at the fields before the file is read. A form without a file may come the usual way too.

use std::pin::Pin;

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
const LONGEST: u64 = 96 * 1024 * 1024;

/// A form on its way in.
pub enum Upload {
    /// Without a file.
    Fields(Form),
    /// Part by part.
    Parts(Multipart),
}

type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// A file on its way in.
pub struct File {
    /// Its name, as the sender has it.
    pub name: String,
    reader: Reader,
    parts: Multipart,
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
        // a part whose headers never end is not gathered for ever
        let whole = body.take().map_err(|_| broken())?.into_async_read().take(LONGEST);
        let mut body = RequestBody::new(Body::from_async_read(whole));
        let parts = Multipart::from_request(request, &mut body).await;
        parts.map(Self::Parts).map_err(|_| broken().into())
    }
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
        let mut parts = match self {
            Upload::Fields(form) => return Ok((form, None)),
            Upload::Parts(parts) => parts,
        };
        let mut fields = Fields::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            match part.file_name().map(str::to_owned) {
                None => fields.take(part).await?,
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
                    let file = File { name, reader, parts, left: fields.left };
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
        Box::pin(stream::try_unfold(&mut self.reader, |reader| async move {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece).await?;
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
        }
        let Self { reader, mut parts, left, .. } = self;
        drop(reader);
        let mut fields = Fields { all: Vec::new(), left };
        while let Ok(Some(part)) = parts.next_field().await {
            if part.file_name().is_none() && fields.take(part).await.is_err() {
                break;
            }
        }
        form.add(fields.all);
    }
}
