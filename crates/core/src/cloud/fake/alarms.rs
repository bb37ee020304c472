//! The stand-in's `CloudWatch` alarms.

use std::collections::BTreeMap;

use super::{FakeCloud, FakeFleet, World};
use crate::cloud::{Alarms, Answer};
use crate::release::{AlarmDefinition, LiveAlarm};

impl World {
    fn put_alarm(&mut self, alarm: &AlarmDefinition, tags: &BTreeMap<String, String>) {
        let known = self.alarms.iter().find(|known| known.name == alarm.name);
        let tags = known.map_or(tags, |known| &known.tags).clone();
        self.alarms.retain(|known| known.name != alarm.name);
        self.alarms.push(LiveAlarm {
            name: alarm.name.clone(),
            definition: Some(alarm.clone()),
            tags,
        });
    }
}

impl Alarms for FakeCloud {
    async fn alarms(&self, prefix: &str) -> Answer<Vec<LiveAlarm>> {
        self.read("DescribeAlarms", |world| {
            let all = world.alarms.iter();
            let found = all.filter(|alarm| alarm.name.starts_with(prefix));
            found.cloned().collect()
        })
        .await
    }

    async fn put_alarm(
        &self,
        alarm: &AlarmDefinition,
        tags: &BTreeMap<String, String>,
    ) -> Answer<()> {
        self.write("PutMetricAlarm", |world| world.put_alarm(alarm, tags))
            .await
    }

    async fn delete_alarms(&self, names: &[String]) -> Answer<()> {
        self.write("DeleteAlarms", |world| {
            world.alarms.retain(|alarm| !names.contains(&alarm.name));
        })
        .await
    }
}

impl Alarms for FakeFleet {
    async fn alarms(&self, _: &str) -> Answer<Vec<LiveAlarm>> {
        Ok(Vec::new())
    }

    async fn put_alarm(&self, _: &AlarmDefinition, _: &BTreeMap<String, String>) -> Answer<()> {
        Ok(())
    }

    async fn delete_alarms(&self, _: &[String]) -> Answer<()> {
        Ok(())
    }
}
