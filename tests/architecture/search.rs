//! Where a path leads: through modules, imports and what imports whole, to where a name comes from.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Meaning, Scope};
use super::source::ModulePath;

/// Where a path leads.
#[derive(Default)]
pub(crate) struct Resolved {
    /// Every module that the path goes through or ends in; nothing of other crates.
    pub(crate) touched: BTreeSet<ModulePath>,
    /// The modules that it names.
    ends: Vec<ModulePath>,
    pub(crate) is_found: bool,
}

/// A path on its way to where it leads.
pub(crate) struct Search<'a> {
    pub(crate) scopes: &'a BTreeMap<ModulePath, Scope>,
    pub(crate) aliases: &'a BTreeSet<String>,
    /// The imports that are being followed, which don't mean themselves: in `use left::left` the
    /// first name is the module's.
    pub(crate) busy: Vec<&'a [String]>,
}

impl<'a> Search<'a> {
    pub(crate) fn follow(
        &mut self,
        at: &ModulePath,
        blocks: &'a [Scope],
        path: &[String],
    ) -> Resolved {
        let mut found = Resolved::default();
        let mut module = at.clone();
        let mut rest = path;
        while let Some((first, behind)) = rest.split_first() {
            match first.as_str() {
                own if self.aliases.contains(own) => module.clear(),
                "self" => {}
                "super" => drop(module.pop()),
                _ => break,
            }
            rest = behind;
        }
        let is_relative = rest.len() == path.len();
        let Some((name, behind)) = rest.split_first() else {
            found.arrive(module);
            return found;
        };
        let mut step = Resolved::default();
        if is_relative {
            for block in blocks.iter().rev() {
                self.look(block, (&module, blocks), (name, true), &mut step);
                if step.is_found {
                    break;
                }
            }
        } else {
            found.touch(&module);
        }
        if !step.is_found
            && let Some(scope) = self.scopes.get(&module)
        {
            let sees_all = at.starts_with(&module);
            self.look(scope, (&module, &[]), (name, sees_all), &mut step);
        }
        found.is_found |= step.is_found;
        found.touched.extend(step.touched);
        for end in step.ends {
            if behind.is_empty() {
                found.arrive(end);
            } else {
                // What is private there is seen from below alone; the compiler has made sure.
                let mut below = vec!["self".to_owned()];
                below.extend_from_slice(behind);
                let next = self.follow(&end, &[], &below);
                found.touched.extend(next.touched);
                found.ends.extend(next.ends);
            }
        }
        found
    }

    /// Looks a name up in a scope, then in what it imports whole.
    fn look(
        &mut self,
        scope: &'a Scope,
        (module, blocks): (&ModulePath, &'a [Scope]),
        (name, sees_all): (&String, bool),
        found: &mut Resolved,
    ) {
        let named = scope.names.get(name).into_iter().flatten();
        for named in named.filter(|named| sees_all || !named.is_private) {
            match &named.meaning {
                Meaning::Module(path) => found.arrive(path.clone()),
                Meaning::Item(path) => {
                    found.is_found = true;
                    found.touched.insert(path.clone());
                }
                Meaning::Import(path) => {
                    if let Some(origin) = self.import(module, blocks, path) {
                        found.is_found = true;
                        found.touched.extend(origin.touched);
                        found.ends.extend(origin.ends);
                    }
                }
            }
        }
        let globs = scope.globs.iter();
        for glob in globs.filter(|glob| sees_all || !glob.is_private) {
            if found.is_found {
                return;
            }
            let origin = self.import(module, blocks, &glob.path).unwrap_or_default();
            for end in origin.ends {
                if let Some(scope) = self.scopes.get(&end) {
                    let sees_all = module.starts_with(&end);
                    self.busy.push(&glob.path);
                    self.look(scope, (&end, &[]), (name, sees_all), found);
                    self.busy.pop();
                }
            }
        }
    }

    /// Follows an import, unless it is being followed.
    fn import(
        &mut self,
        module: &ModulePath,
        blocks: &'a [Scope],
        path: &'a [String],
    ) -> Option<Resolved> {
        if self.busy.iter().any(|busy| std::ptr::eq(*busy, path)) {
            return None;
        }
        self.busy.push(path);
        let found = self.follow(module, blocks, path);
        self.busy.pop();
        Some(found)
    }
}

impl Resolved {
    fn touch(&mut self, module: &ModulePath) {
        // The way from the root is no tie to what the root itself defines.
        if !module.is_empty() {
            self.touched.insert(module.clone());
        }
    }

    fn arrive(&mut self, module: ModulePath) {
        self.touch(&module);
        self.is_found = true;
        self.ends.push(module);
    }
}
