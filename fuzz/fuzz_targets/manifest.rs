//! Any bytes end in a manifest or in findings: no panic, and nothing that takes long or grows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mlship_core::release::{limits, resolve};
use mlship_manifest::{Code, ReadOptions, Source, read, render};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    for environment in [None, Some("staging")] {
        let settings = ReadOptions {
            environment,
            variables: &|name: &str| (name == "SET").then(|| "1.10".to_owned()),
        };
        match read(Source::new("fuzz.yaml", text.clone()), &settings) {
            Ok(manifest) => {
                let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
                let _ = limits(&manifest, &release);
            }
            Err(found) => {
                assert!(!found.is_empty());
                for finding in &found {
                    assert_ne!(finding.code, Code::INTERNAL);
                    let _ = render(finding, false);
                }
            }
        }
    }
});
