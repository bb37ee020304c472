//! What answers a question: only what was seen, in the words of the domain.

use serde_json::Value;

use crate::release::{AlarmDefinition, ContainerInstance};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Of an image in ECR.
    Image(ImageState),
    /// Of an image's platforms; none where its manifest names none.
    Platforms(Vec<Platform>),
    /// Of an image elsewhere.
    HostedImage(HostAnswer),
    /// Of a secret.
    Secret(SecretState),
    /// Of a parameter: whether it is there.
    Parameter(bool),
    /// Of a role: its trust policy, or nothing where there is no such role.
    Role(Option<Value>),
    /// Of permissions: what is decided, for each action and resource.
    Permissions(Vec<Decision>),
    /// Of a log group: whether it is there.
    LogGroup(bool),
    /// Of a target group, or nothing where there is none.
    TargetGroup(Option<GroupDetails>),
    /// Of load balancers: their security groups; an empty list where one has none.
    LoadBalancers(Vec<Vec<String>>),
    /// Of subnets: those that are there.
    Subnets(Vec<Subnet>),
    /// Of security groups: those that are there.
    SecurityGroups(Vec<SecurityGroup>),
    /// Of route tables.
    RouteTables(Vec<RouteTable>),
    /// Of endpoints.
    Endpoints(Vec<Endpoint>),
    /// Of a cluster: its capacity providers, or nothing where there is no such cluster.
    Cluster(Option<Vec<String>>),
    /// Of capacity providers: those that are there.
    CapacityProviders(Vec<CapacityProvider>),
    /// Of container instances: at most a page of them.
    Instances(Vec<ContainerInstance>),
    /// Of alarms: those that are there.
    Alarms(Vec<Alarm>),
    /// Of target groups: how many requests they got a minute, on average.
    Requests(f64),
}

/// What becomes of a pull from ECR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageState {
    /// It succeeds.
    There,
    /// It fails: the image is archived, or being brought back.
    Archived,
    /// There is no such image.
    Absent,
    /// There is no such image yet, and ECR fetches what is asked for from another registry.
    PullThrough,
}

/// What an image runs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// `linux` or `windows`.
    pub system: String,
    /// As Go names it: `amd64`, `arm64`.
    pub architecture: String,
}

/// What another registry answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostAnswer {
    /// It has the image, for these platforms; none where it did not say.
    There(Vec<Platform>),
    /// It has no such image.
    Absent,
    /// Whether it has one it does not tell, with its words.
    NotTold(String),
}

/// A secret, never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretState {
    /// There is none.
    Absent,
    /// It is being deleted, and can't be read any more.
    Deleted,
    /// It is there.
    There {
        /// Its whole ARN.
        arn: String,
        /// Its versions, each with the stages that name it.
        versions: Vec<(String, Vec<String>)>,
    },
}

/// What the policies of a role say of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// On what.
    pub resource: String,
    /// What they say.
    pub verdict: Verdict,
    /// Keys of conditions whose values were not known.
    pub missing_keys: Vec<String>,
}

/// How a decision came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it.
    Allowed,
    /// No statement allows it; a policy of the resource still may.
    ImplicitDeny,
    /// A statement denies it, which goes before all else.
    ExplicitDeny,
}

/// A target group, as far as a release has to fit it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDetails {
    /// `ip`, `instance`, `lambda` or `alb`.
    pub target_type: String,
    /// The VPC of its targets.
    pub vpc: Option<String>,
    /// The load balancers that forward to it, by their ARNs.
    pub load_balancers: Vec<String>,
    /// The port of its check: `traffic-port`, or a number.
    pub check_port: String,
    /// How often it checks, in seconds.
    pub interval: Option<u32>,
    /// How many checks must fail in a row.
    pub unhealthy_threshold: Option<u32>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// Its range of addresses.
    pub range: Option<String>,
    /// How many addresses are free.
    pub free: Option<u32>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// What it lets in.
    pub ingress: Vec<Rule>,
    /// What it lets out.
    pub egress: Vec<Rule>,
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// By which protocol.
    pub transport: Transport,
    /// The ports, both included; all where there are none.
    pub ports: Option<(u16, u16)>,
    /// From where, or to where.
    pub sources: Vec<RuleSource>,
}

/// A protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// All of them.
    Any,
    /// TCP.
    Tcp,
    /// Another one.
    Other,
}

/// Whom a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleSource {
    /// A range of addresses.
    Range(String),
    /// Another security group.
    Group(String),
    /// A list of ranges that somebody keeps.
    List(String),
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteTable {
    /// Its id.
    pub id: String,
    /// Whether it is for subnets that name none.
    pub is_main: bool,
    /// The subnets that name it.
    pub subnets: Vec<String>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// A range of addresses, or the id of a list of ranges.
    pub to: String,
    /// By what: an id such as `igw-…`, or `local`.
    pub by: String,
    /// Whether what it leads by is there.
    pub is_active: bool,
}

/// An endpoint of a VPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The service's name, as `com.amazonaws.eu-west-1.s3`.
    pub service: String,
    /// How it is reached.
    pub kind: EndpointKind,
    /// Whether it can be used.
    pub is_available: bool,
}

/// How an endpoint is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointKind {
    /// By routes in these tables.
    Gateway(Vec<String>),
    /// By an address in the VPC.
    Interface {
        /// Whether the service's own name leads there.
        private_dns: bool,
        /// The security groups that stand before it.
        groups: Vec<String>,
    },
    /// In another way, or in one that is not told.
    Other,
}

/// A capacity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityProvider {
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub is_active: bool,
    /// Whether it brings more instances by itself.
    pub scales: bool,
}

/// An alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// What it watches; nothing of one that is made of other alarms or of a model.
    pub definition: Option<AlarmDefinition>,
}
