//! A ledger in S3: a JSON document an experiment.

use futures_util::{StreamExt, stream};

use super::super::{Answer, Pending};
use super::objects::Objects;
use mlship_core::ledger::{Entries, Entry, Ledger, Written};

const KIND: &str = "application/json";
const ENDING: &str = ".json";

/// How many documents are read at once.
const AT_ONCE: usize = 8;

/// Documents under a prefix of a bucket.
pub(super) struct Bucket {
    objects: Objects,
    name: String,
    prefix: String,
}

impl Bucket {
    pub(super) fn new(objects: Objects, bucket: &str, prefix: &str) -> Self {
        Self {
            objects,
            name: bucket.to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    async fn put(&self, entry: &Entry<'_>) -> Answer<Written> {
        let record = entry.record;
        // Of the start alone: written twice it is one object.
        let key = format!("{}{}/{}{ENDING}", self.prefix, record.experiment, record.id);
        let text = record.text();
        self.objects
            .put(&self.name, &key, text.as_bytes(), KIND)
            .await?;
        Ok(Written {
            place: format!("s3://{}/{key}", self.name),
            lacks: None,
        })
    }

    /// Says whether a key may be a record's: others may keep other things in the bucket.
    fn is_record(&self, key: &str) -> bool {
        let rest = key.strip_prefix(&self.prefix);
        rest.and_then(|rest| rest.split_once('/'))
            .is_some_and(|(_, name)| name.ends_with(ENDING) && !name.contains('/'))
    }

    async fn entries(&self, experiment: Option<&str>) -> Answer<Entries> {
        let prefix = match experiment {
            Some(name) => format!("{}{name}/", self.prefix),
            None => self.prefix.clone(),
        };
        let keys = self.objects.keys(&self.name, &prefix).await?;
        let keys = keys.into_iter().filter(|key| self.is_record(key));
        let texts = stream::iter(keys).map(async |key| {
            let text = self.objects.get(&self.name, &key).await;
            (key, text)
        });
        let texts: Vec<_> = texts.buffered(AT_ONCE).collect().await;
        let mut entries = Entries::default();
        for (key, text) in texts {
            let name = format!("s3://{}/{key}", self.name);
            entries.take(&name, &text?);
        }
        entries.sort();
        Ok(entries)
    }
}

impl Ledger for Bucket {
    fn address(&self) -> String {
        format!("s3://{}/{}", self.name, self.prefix)
    }

    fn write<'a>(&'a self, entry: &'a Entry<'a>) -> Pending<'a, Written> {
        Box::pin(self.put(entry))
    }

    fn read<'a>(&'a self, experiment: Option<&'a str>) -> Pending<'a, Entries> {
        Box::pin(self.entries(experiment))
    }
}
