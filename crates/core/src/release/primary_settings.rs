//! Settings of a service that ECS answers in its deployments alone.

use super::Document;
use crate::shape::items;

/// ECS answers some settings of a service in its deployments alone: they are the service's all
/// the same.
const OF_DEPLOYMENTS: [&str; 3] = [
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

pub(super) fn with_settings_of_primary(mut document: Document) -> Document {
    let primary =
        items(document.get("deployments")).find(|deployment| deployment["status"] == "PRIMARY");
    let settings: Vec<_> = OF_DEPLOYMENTS
        .iter()
        .filter_map(|field| Some((*field, primary?.get(*field)?.clone())))
        .collect();
    for (field, value) in settings {
        document.entry(field).or_insert(value);
    }
    document
}
