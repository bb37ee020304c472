//! Objects in S3, by signed requests without its SDK: three kinds of request are asked of it.

use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::super::http::{Client, PLAIN, Reply, RetryPolicy, SigV4, Trust};
use super::super::{Answer, RegistryError, RegistryErrorKind};
use super::xml;
use crate::cloud::Signer;
use crate::cloud::domain::domain;
use mlship_core::registry::truncated;

/// What stays as it is in a key.
const IN_KEY: &AsciiSet = &PLAIN.remove(b'/');

/// The most pages that a list takes: more are an answer that leads round in a circle.
const MOST_PAGES: usize = 1000;

/// S3, and who asks it.
pub(super) struct Objects {
    signer: Signer,
    region: String,
    /// Where it answers, where that is not AWS's own address.
    endpoint: Option<String>,
    trust: Trust,
    patience: RetryPolicy,
}

/// What is asked of a bucket.
#[derive(Clone, Copy)]
enum Ask<'a> {
    Put(&'a str, &'a [u8], &'static str),
    Get(&'a str),
    List(&'a [(&'a str, &'a str)]),
}

impl Ask<'_> {
    fn permission(self) -> &'static str {
        match self {
            Self::Put(..) => "s3:PutObject",
            Self::Get(_) => "s3:GetObject",
            Self::List(_) => "s3:ListBucket",
        }
    }
}

impl Objects {
    pub(super) fn new(
        signer: Signer,
        region: &str,
        endpoint: Option<&str>,
        trust: Trust,
        patience: RetryPolicy,
    ) -> Self {
        Self {
            signer,
            region: region.to_owned(),
            endpoint: endpoint.map(str::to_owned),
            trust,
            patience,
        }
    }

    /// Puts an object in the place of the one that is there.
    pub(super) async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Answer<()> {
        self.ask(bucket, Ask::Put(key, bytes, kind)).await?;
        Ok(())
    }

    /// Returns an object's text.
    pub(super) async fn get(&self, bucket: &str, key: &str) -> Answer<String> {
        let reply = self.ask(bucket, Ask::Get(key)).await?;
        Ok(String::from_utf8_lossy(&reply.body).into_owned())
    }

    /// Returns the keys that begin in a way.
    pub(super) async fn keys(&self, bucket: &str, prefix: &str) -> Answer<Vec<String>> {
        let mut keys = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut query = vec![("list-type", "2"), ("prefix", prefix)];
            if let Some(token) = &token {
                query.insert(0, ("continuation-token", token));
            }
            let reply = self.ask(bucket, Ask::List(&query)).await?;
            let text = String::from_utf8_lossy(&reply.body);
            let listing = xml::listing(&text).ok_or_else(|| {
                let message = format!("s3://{bucket}/{prefix}: no list of objects comes back");
                RegistryError::new(RegistryErrorKind::NotARegistry, message)
                    .hint("check what answers at the address of S3")
            })?;
            keys.extend(listing.keys);
            token = listing.next;
            if token.is_none() {
                return Ok(keys);
            }
        }
        let message = format!("s3://{bucket}/{prefix}: its pages lead round in a circle");
        Err(RegistryError::new(RegistryErrorKind::NotARegistry, message))
    }

    /// Asks where the bucket is.
    async fn ask(&self, bucket: &str, ask: Ask<'_>) -> Answer<Reply> {
        let reply = self.ask_in(&self.region, bucket, ask).await?;
        let elsewhere = reply.bucket_region.clone();
        let elsewhere = elsewhere.filter(|region| reply.status >= 300 && *region != self.region);
        let reply = match elsewhere {
            Some(region) if is_region(&region) => self.ask_in(&region, bucket, ask).await?,
            Some(_) | None => reply,
        };
        match reply.status {
            200 => Ok(reply),
            _ => Err(refused(&reply, bucket, ask)),
        }
    }

    async fn ask_in(&self, region: &str, bucket: &str, ask: Ask<'_>) -> Answer<Reply> {
        let credentials = self.signer.credentials().await;
        let signature = SigV4 {
            credentials: credentials.map_err(|error| RegistryError {
                kind: RegistryErrorKind::Refused,
                message: error.to_string(),
                hint: error.hint,
            })?,
            region: region.to_owned(),
            service: "s3",
            headers: Vec::new(),
        };
        let base = self.base(region, bucket);
        let client = Client::new(&self.trust, &base, Box::new(signature), self.patience)?;
        match ask {
            Ask::Put(key, bytes, kind) => client.put(&path(key), bytes, kind).await,
            Ask::Get(key) => client.fetch(&path(key), &[]).await,
            Ask::List(query) => client.fetch("/", query).await,
        }
    }

    fn base(&self, region: &str, bucket: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            // No certificate is of a name with more dots.
            None if bucket.contains('.') => {
                format!("https://s3.{region}.{}/{bucket}", domain(region))
            }
            None => format!("https://{bucket}.s3.{region}.{}", domain(region)),
        }
    }
}

fn path(key: &str) -> String {
    format!("/{}", utf8_percent_encode(key, IN_KEY))
}

/// Signed requests go nowhere else than to AWS.
fn is_region(text: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    !text.is_empty() && text.chars().all(is_plain)
}

fn refused(reply: &Reply, bucket: &str, ask: Ask<'_>) -> RegistryError {
    let status = reply.status;
    let (code, words) = xml::error(&String::from_utf8_lossy(&reply.body));
    let (code, words) = (truncated(&code), truncated(&words));
    let place = match ask {
        Ask::Put(key, ..) | Ask::Get(key) => format!("s3://{bucket}/{key}"),
        Ask::List(_) => format!("s3://{bucket}"),
    };
    let told = match (code.is_empty(), words.is_empty()) {
        (true, _) => format!("HTTP {status}"),
        (false, true) => code.clone(),
        (false, false) => format!("{code}: {words}"),
    };
    let of = |kind| RegistryError::new(kind, format!("{place}: {told}"));
    match (status, code.as_str()) {
        (_, "NoSuchBucket") => {
            of(RegistryErrorKind::Missing).hint("make the bucket, or name another one in `record`")
        }
        (404, "NoSuchKey") => of(RegistryErrorKind::Missing),
        (403, _) => {
            of(RegistryErrorKind::Refused).hint(format!("allow {} on it", ask.permission()))
        }
        (429 | 500.., _) => of(RegistryErrorKind::Unreachable),
        (_, "") => {
            of(RegistryErrorKind::NotARegistry).hint("check what answers at the address of S3")
        }
        (_, _) => of(RegistryErrorKind::Refused),
    }
}

#[cfg(test)]
mod tests;
