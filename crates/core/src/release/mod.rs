//! Wanted and live state in one shape: documents with ECS's own field names.
//!
//! Nothing here knows a network, a clock or an SDK type.

mod alarm;
mod capacity;
mod container;
mod ecr;
pub mod fields;
mod foreign;
pub mod ids;
mod instance;
mod lifecycle;
mod limits;
mod live;
mod log;
mod merge;
mod metric;
mod opaque;
mod origin;
mod overrides;
pub mod place;
mod primary_settings;
mod provenance;
pub mod resolve;
mod role;
mod rule;
mod scaling;
mod shift;
mod stopped;
mod strategy;
mod tags;
mod task;
mod way_back;
pub mod weights;
mod wiring;

pub use alarm::{
    ALARM_OF, ALARMED, AlarmDefinition, AlarmQuery, AlarmSource, AlarmWrites, DesiredAlarm,
    LiveAlarm, ONLY_METRIC, alarm_names, alarm_prefix, alarm_tags, group_dimension,
    words as alarm_words,
};
pub use ecr::pinned;
pub use ecr::{EcrImage, ImageReference, Moved};
pub use foreign::Foreign;
pub use instance::{ContainerInstance, HostPort};
pub use lifecycle::{
    AlarmWatch, HookAction, HookState, LifecycleStage, ResolvedBalancer, ResolvedConfiguration,
};
pub use limits::limits;
pub use live::{
    CircuitBreaker, DeploymentState, LiveService, LiveTaskDefinition, RevisionCounts, Rollback,
    ServiceDeployment, ServiceDeploymentStatus, ServiceEvent, ServiceRevision, TaskCounts,
};
pub use log::{LogLine, LogPage, LogStream, Unreadable, log_groups};
pub use merge::merge_over;
pub use metric::{ExistingMetric, MetricFilter, Point, Query};
pub use opaque::Opaque;
pub use origin::{Origin, PreviousVersion};
pub use overrides::{Overridden, rename, unknown_fields};
pub use place::{NamedPlace, Place};
pub use provenance::{JobLimit, Provenance, as_tag, origin_tags};
pub use resolve::{Desired, ModelVersion, Release, abort_after, resolve, service_of};
pub use role::is_same_role;
pub use rule::{
    Forward, HeaderCondition, ListenerRule, Routing, Target, TargetGroup, TargetHealth,
};
pub use scaling::{DesiredScaling, Policy, Scaling, ScalingWrite, Tracking};
pub use shift::{Shift, rollout_of};
pub use stopped::{ContainerRole, StoppedContainer, StoppedTask};
pub use tags::{
    CONTENT, COPY_OF, EXPERIMENT, FAILURE, GIT_SHA, JUDGED, MANIFEST, MODEL, MODEL_GIT_SHA,
    MODEL_METRICS, MODEL_REF, MODEL_RUN, OVERRIDDEN, PREFIX, RUN, SCALED, SETTINGS, STORY,
    TAKEN_BACK, TakenBack, VERSION, WHO, tag_list, tags_of,
};
pub use task::{DesiredStatus, LiveContainer, LiveTask, NetworkInterface};
pub use way_back::InstantReturn;
pub use wiring::{Wiring, single_group};

pub use crate::shape::Document;
