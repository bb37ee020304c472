//! Reads a response body to its end, up to a size limit.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// Why there is no whole body.
#[derive(Debug)]
pub enum Broken {
    /// The connection broke off.
    Off(BoxError),
    /// It is longer than anybody needs.
    TooLong,
}

/// Returns a body of at most so many bytes.
pub async fn receive(body: SdkBody, longest: usize) -> Result<Vec<u8>, Broken> {
    let mut stream = ByteStream::new(body);
    let mut whole = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| Broken::Off(error.into()))?;
        if whole.len() + chunk.len() > longest {
            return Err(Broken::TooLong);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}
