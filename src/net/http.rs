//! Phase five: one request and its answer, both bounded.

use std::collections::BTreeMap;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Method, Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::fault::{Clock, Fault, millis};
use super::stream::Stream;
use crate::model::failure::BodyKind;
use crate::model::probe::HttpFacts;
use crate::model::safe::{HttpStatus, Millis, OrText};
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// Longest head of an answer.
const HEAD_LIMIT: usize = 64 * 1024;
/// Most header lines of an answer.
const MOST_HEADERS: usize = 128;
/// Longest body that a probe reads.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// Longest header value that is kept, in characters.
const LONGEST: usize = 500;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Path and query; or the whole URL, as a plain proxy wants it.
    pub(crate) target: String,
    /// Host, and port where it is not the scheme's own.
    pub(crate) authority: String,
    pub(crate) body: &'static str,
    /// Credentials for a proxy that is asked without a tunnel.
    pub(crate) proxy_authorization: Option<Raw<String>>,
    pub(crate) limit: usize,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) version: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Raw<String>)>,
    pub(crate) body: Raw<Vec<u8>>,
    pub(crate) cut: bool,
    pub(crate) first_byte: Millis,
}

/// A connection that requests can be sent on.
pub(crate) struct Line {
    sender: Sender,
    driver: JoinHandle<()>,
}

enum Sender {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

impl Drop for Line {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Line {
    /// Speaks HTTP/2 or HTTP/1.1 over a stream.
    pub(crate) async fn open(stream: Stream, h2: bool) -> Result<Self, Fault> {
        let io = TokioIo::new(stream);
        if h2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.max_header_list_size(u32::try_from(HEAD_LIMIT).unwrap_or(u32::MAX));
            let (sender, connection) = builder.handshake(io).await.map_err(|error| fault(&error))?;
            let driver = tokio::spawn(async move { drop(connection.await) });
            return Ok(Self { sender: Sender::Two(sender), driver });
        }
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_LIMIT).max_headers(MOST_HEADERS);
        let (sender, connection) = builder.handshake(io).await.map_err(|error| fault(&error))?;
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender: Sender::One(sender), driver })
    }

    /// Whether the other side has closed the connection.
    pub(crate) fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::One(sender) => sender.is_closed(),
            Sender::Two(sender) => sender.is_closed(),
        }
    }

    /// Sends a request and reads the answer, its body up to the limit.
    pub(crate) async fn ask(&mut self, ask: &Ask, clock: Clock) -> Result<Answer, Fault> {
        let from = Instant::now();
        let late = "no answer to the request in time";
        let response = clock.hold(Cause::TimeoutRead, late, self.send(ask)).await?;
        let first_byte = millis(from);
        let (head, body) = response.into_parts();
        let headers = head.headers.iter().map(|(name, value)| {
            let text: String = String::from_utf8_lossy(value.as_bytes()).chars().take(LONGEST).collect();
            (name.as_str().to_owned(), Raw::new(text))
        });
        let headers = headers.collect();
        let (body, cut) = read(body, ask.limit, clock).await;
        let version = match head.version {
            Version::HTTP_2 => "HTTP/2",
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        };
        Ok(Answer { version, status: head.status.as_u16(), headers, body: Raw::new(body), cut, first_byte })
    }

    async fn send(&mut self, ask: &Ask) -> Result<Response<Incoming>, Fault> {
        let request = request(ask, matches!(self.sender, Sender::Two(_)))?;
        let done = match &mut self.sender {
            Sender::One(sender) => {
                sender.ready().await.map_err(|error| fault(&error))?;
                sender.send_request(request).await
            }
            Sender::Two(sender) => {
                sender.ready().await.map_err(|error| fault(&error))?;
                sender.send_request(request).await
            }
        };
        done.map_err(|error| fault(&error))
    }
}

fn request(ask: &Ask, h2: bool) -> Result<Request<Full<Bytes>>, Fault> {
    let target = if h2 { format!("https://{}{}", ask.authority, ask.target) } else { ask.target.clone() };
    let mut builder = Request::builder().method(ask.method.clone()).uri(target);
    if !h2 {
        builder = builder.header("host", ask.authority.as_str());
    }
    builder = builder
        .header("user-agent", concat!("evpack/", env!("CARGO_PKG_VERSION")))
        .header("accept", "application/json");
    if ask.method == Method::POST {
        builder = builder.header("content-type", "application/json").header("anthropic-version", "2023-06-01");
    }
    if let Some(login) = &ask.proxy_authorization {
        builder = builder.header("proxy-authorization", login.expose().as_str());
    }
    let request = builder.body(Full::new(Bytes::from_static(ask.body.as_bytes())));
    request.map_err(|_| Fault::new(Cause::InvalidRequest, "the URL cannot be asked for"))
}

/// The body up to a limit or the end of the time, and whether more would have come.
async fn read(mut body: Incoming, limit: usize, clock: Clock) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let whole = async {
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return true };
            let Some(data) = frame.data_ref() else { continue };
            let room = limit.saturating_sub(bytes.len());
            bytes.extend_from_slice(&data[..data.len().min(room)]);
            if data.len() > room {
                return true;
            }
        }
        false
    };
    let cut = tokio::time::timeout_at(clock.end, whole).await.unwrap_or(true);
    (bytes, cut)
}

/// How a request failed on a connection that stood.
pub(crate) fn fault(error: &hyper::Error) -> Fault {
    let inner = std::error::Error::source(error).and_then(|inner| inner.downcast_ref::<std::io::Error>());
    if error.to_string().contains("too large") {
        return Fault::new(Cause::BadGateway, "the head of the answer is endless, or longer than 64 KiB");
    }
    if error.is_parse() {
        return Fault::new(Cause::BadGateway, "what answers does not speak HTTP");
    }
    match inner {
        Some(io) => Fault::of_stream(io, "before an answer came"),
        None if error.is_incomplete_message() || error.is_closed() || error.is_canceled() => {
            Fault::new(Cause::TcpReset, "the connection was closed before an answer came")
        }
        None => Fault::new(Cause::TcpReset, format!("the request failed: {error}")),
    }
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.expose().as_str())
    }

    /// The headers that a packet may show.
    pub(crate) fn shown(&self) -> BTreeMap<&'static str, Raw<String>> {
        let shown =
            self.headers.iter().filter_map(|(name, value)| Some((crate::ingest::shown_header(name)?, value.clone())));
        shown.collect()
    }

    fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body.expose()).ok()
    }

    /// Kind of the body.
    pub(crate) fn kind(&self) -> BodyKind {
        let text = String::from_utf8_lossy(self.body.expose());
        let start = text.trim_start().get(..256).unwrap_or(text.trim_start()).to_ascii_lowercase();
        if start.is_empty() {
            return BodyKind::Empty;
        }
        if start.starts_with("<!doctype html") || start.contains("<html") || start.contains("<head") {
            return BodyKind::Html;
        }
        match self.json() {
            Some(json) if json["type"] == "error" && json["error"]["type"].is_string() => BodyKind::AnthropicError,
            Some(_) => BodyKind::OtherJson,
            None => BodyKind::Text,
        }
    }

    /// Request id: of the header that Anthropic's API sets, of the body, or of a header of a gateway.
    pub(crate) fn request_id(&self) -> Option<String> {
        let body = || Some(self.json()?["request_id"].as_str()?.to_owned());
        let other = ["x-request-id", "x-amzn-requestid", "apim-request-id", "x-litellm-call-id"];
        let of = |name: &str| self.header(name).map(str::to_owned);
        of("request-id").or_else(body).or_else(|| other.iter().find_map(|name| of(name)))
    }

    /// `error.type` of the body.
    pub(crate) fn error_type(&self) -> Option<String> {
        Some(self.json()?["error"]["type"].as_str()?.to_owned())
    }

    /// What is shown of the answer.
    pub(crate) fn facts(&self) -> Option<HttpFacts<Collected>> {
        Some(HttpFacts {
            version: self.version,
            status: HttpStatus::new(self.status)?,
            request_id: self.request_id().map(|id| OrText::parse(&id)),
            headers: self.shown(),
            body: self.kind(),
            error_type: self.error_type().map(|word| OrText::parse(&word)),
            body_bytes: self.body.expose().len() as u64,
            body_cut: self.cut,
            first_byte_ms: self.first_byte,
        })
    }
}
