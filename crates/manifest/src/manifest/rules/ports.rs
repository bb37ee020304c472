//! One way to say which ports the container listens on, and each port once.

use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    if check.is_written("runtime.port") && check.is_written("runtime.ports") {
        check.error(
            "runtime.ports",
            Code::PORT_AND_PORTS,
            "`runtime.port` and `runtime.ports` are both written",
            "keep `ports`, with the load balancer's port first",
        );
    }
    let ports = check.release.runtime.ports.clone().unwrap_or_default();
    for (index, port) in ports.iter().enumerate() {
        if ports[..index].contains(port) {
            check.error(
                &format!("runtime.ports[{index}]"),
                Code::DUPLICATE_PORT,
                format!("port {port} is written twice"),
                "keep one",
            );
        }
    }
}
