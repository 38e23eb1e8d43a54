//! A connection at any height: plain, inside a tunnel, inside TLS.

use tokio::io::{AsyncRead, AsyncWrite};

/// What bytes go over.
pub(crate) trait Pipe: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Pipe for T {}

/// A connection.
pub(crate) type Stream = Box<dyn Pipe>;
