//! Who hears of connections: of each once, and of what several of them say alike once.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::{Global, output};
use crate::report::{Verbosity, detail, request_line};
use mlship_aws::cloud::AwsCloud;
use mlship_core::cloud::request::Observer;

/// Connections that are heard: each once, however often it is come by.
pub(super) struct Watched<'a> {
    pub(super) global: &'a Global,
    known: RefCell<Vec<Arc<AwsCloud>>>,
    told: Arc<Mutex<Vec<String>>>,
}

impl<'a> Watched<'a> {
    pub(super) fn new(global: &'a Global) -> Self {
        Self {
            global,
            known: RefCell::default(),
            told: Arc::default(),
        }
    }

    pub(super) fn watch(&self, cloud: &Arc<AwsCloud>) {
        let mut known = self.known.borrow_mut();
        if known.iter().any(|other| Arc::ptr_eq(other, cloud)) {
            return;
        }
        known.push(Arc::clone(cloud));
        let told = Arc::clone(&self.told);
        cloud.hear_warnings(move |warning| complain_once(&told, warning));
        self.global.trace_requests(cloud);
    }
}

fn complain_once(told: &Mutex<Vec<String>>, warning: &str) {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    if !told.iter().any(|known| known == warning) {
        told.push(warning.to_owned());
        output::complain(&format!("warning: {warning}"));
    }
}

impl Global {
    /// Has every request told to whoever asked for details.
    fn trace_requests(&self, cloud: &AwsCloud) {
        let verbosity = self.verbosity();
        if verbosity > Verbosity::Usual {
            let color = self.palette();
            detail(&format!("region {}", cloud.region()), &color);
            cloud.observe(Observer::new(move |request| {
                if let Some(line) = request_line(request, verbosity) {
                    detail(&line, &color);
                }
            }));
        }
    }
}
