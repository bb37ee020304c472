mod alarms;
mod everywhere;
mod facts;
mod findings;
mod host_ports;
mod rollback;
mod shifting;
mod survey;
