//! Maps errors of AWS and of model registries to exit codes.

use crate::cloud::{CloudError, ErrorKind};
use crate::progress::{Conclusion, Fault, Refusal};
use crate::registry::{RegistryError, RegistryErrorKind};

/// Returns what a call to AWS that failed makes of a command.
#[must_use]
pub fn fault(error: &CloudError) -> Fault {
    match error.kind {
        ErrorKind::Setting => Fault::Usage,
        ErrorKind::Credentials
        | ErrorKind::Denied
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Elsewhere => Fault::SaidNo,
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Lost | ErrorKind::Unreadable => {
            Fault::Unreachable
        }
    }
}

/// Returns how a command ends that a call to AWS gave no usable answer. One that was not sent, since
/// it would have gone elsewhere, is the refusal of a check.
#[must_use]
pub fn ended_by(error: &CloudError) -> Conclusion {
    match error.kind {
        ErrorKind::Elsewhere => Conclusion::Refused(Refusal::Check),
        ErrorKind::Setting
        | ErrorKind::Credentials
        | ErrorKind::Denied
        | ErrorKind::Missing
        | ErrorKind::Rejected
        | ErrorKind::Foreign
        | ErrorKind::Throttled
        | ErrorKind::Unreachable
        | ErrorKind::Lost
        | ErrorKind::Unreadable => Conclusion::Error(fault(error)),
    }
}

/// Returns how a command ends that a model registry gave no usable answer.
#[must_use]
pub fn conclusion_of(error: &RegistryError) -> Conclusion {
    match error.kind {
        RegistryErrorKind::Missing => Conclusion::Refused(Refusal::Check),
        RegistryErrorKind::Refused | RegistryErrorKind::NotARegistry => {
            Conclusion::Error(Fault::SaidNo)
        }
        RegistryErrorKind::Unreachable => Conclusion::Error(Fault::Unreachable),
    }
}
