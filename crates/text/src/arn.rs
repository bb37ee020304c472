//! Parses Amazon Resource Names, in any partition.

/// `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-iso` and what else begins with `aws`.
    pub partition: &'a str,
    /// `ecs`, `iam`, `elasticloadbalancing`, ….
    pub service: &'a str,
    /// Empty where the service has one for the whole partition, as IAM.
    pub region: &'a str,
    /// Empty where the name is nobody's, as a bucket's.
    pub account: &'a str,
    /// What lies behind, with all its `/` and `:`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; nothing where a text is none.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else {
            return None;
        };
        let is_ours = partition.strip_prefix("aws").is_some_and(|more| {
            let mut names = more.split('-').skip(1);
            more.is_empty() || (more.starts_with('-') && names.all(|name| !name.is_empty()))
        });
        let is_named = partition.bytes().chain(service.bytes()).all(is_of_name);
        let is_good = is_ours && is_named && !service.is_empty() && !resource.is_empty();
        is_good.then_some(Self {
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// Returns what the resource is: what stands before its first `/` or `:`.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        let end = self.resource.find(['/', ':']);
        &self.resource[..end.unwrap_or(0)]
    }

    /// Returns what stands behind the kind: names and ids, with all that divides them.
    #[must_use]
    pub fn path(&self) -> &'a str {
        let begin = self.resource.find(['/', ':']).map_or(0, |at| at + 1);
        &self.resource[begin..]
    }

    /// Returns the name: the first part of the path.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.path().split(['/', ':']).next().unwrap_or_default()
    }

    /// Returns the parts of the resource between its `/`, the kind first.
    pub fn parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.resource.split('/')
    }

    /// Says whether it lies in a region, in an account.
    #[must_use]
    pub fn is_placed(&self) -> bool {
        let is_name = |part: &str| !part.is_empty() && part.bytes().all(is_of_name);
        is_name(self.region) && is_name(self.account)
    }

    /// Says whether it is of that service and of that kind.
    #[must_use]
    pub fn is(&self, service: &str, kind: &str) -> bool {
        self.service == service && self.kind() == kind
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Says whether a text is meant as an ARN, good or not.
#[must_use]
pub fn is_meant_as_arn(text: &str) -> bool {
    text.starts_with("arn:")
}

/// Says whether a text is the number of an account.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the last part of an ARN's resource, or of what ECS takes in its place: the name alone.
#[must_use]
pub fn last_part(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
