//! The primary metric in parts of the clients. Exploratory: among many parts some differ by chance, so
//! that intervals and p are corrected for all comparisons, and no verdict follows.

use super::reader::Reader;
use crate::experiment::rows::Segment;
use mlship_stats::{Difference, holm};

/// What a part of the clients says of a challenger.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentReading {
    /// What tells the parts from each other.
    pub segment: String,
    /// What this part has of that.
    pub value: String,
    /// The challenger.
    pub variant: String,
    /// The clients of both arms.
    pub clients: u64,
    /// The control's proportion, mean or ratio.
    pub control: Option<f64>,
    /// The challenger's.
    pub rate: Option<f64>,
    /// The difference to the control, at alpha shared by all parts and challengers.
    pub difference: Option<Difference>,
    /// Its p-value, adjusted for them.
    pub p: Option<f64>,
}

pub(super) fn read(reader: &Reader<'_>) -> Vec<SegmentReading> {
    let rows = reader.material.rows.filter(|rows| !rows.totals.is_unfit());
    let segments = rows.map_or(&[][..], |rows| &rows.segments);
    let mut readings: Vec<SegmentReading> = segments
        .iter()
        .flat_map(|segment| of(segment, segments.len(), reader))
        .collect();
    let p: Vec<Option<f64>> = readings.iter().map(|reading| reading.p).collect();
    for (reading, p) in readings.iter_mut().zip(holm(&p)) {
        reading.p = p;
    }
    readings
}

fn of(segment: &Segment, parts: usize, reader: &Reader<'_>) -> Vec<SegmentReading> {
    let arms = reader.material.definition.arms.iter().zip(&segment.arms);
    let Some(control) = segment.arms.get(reader.control) else {
        return Vec::new();
    };
    let challengers = arms
        .enumerate()
        .filter(|(index, _)| *index != reader.control);
    let read = challengers.map(|(index, (arm, own))| {
        let inference = reader.inference_for(index, parts);
        let arms = own.against(control);
        let needed = reader.question.minimum_events;
        let arms = arms.filter(|arms| arms.evidence().events() >= needed);
        let difference = arms.and_then(|arms| inference.difference(&arms));
        SegmentReading {
            segment: segment.name.clone(),
            value: segment.value.clone(),
            variant: arm.name.clone(),
            clients: control.clients() + own.clients(),
            control: control.rate(),
            rate: own.rate(),
            difference,
            p: difference.map(|difference| difference.p),
        }
    });
    read.collect()
}
