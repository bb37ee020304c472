//! The modules of a crate, as the compiler finds them: from its root, by `mod`. What only tests
//! are compiled from stays aside.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, ItemMod};

use super::cfg::is_for_tests;

/// Where a module stands below the root of its crate.
pub(crate) type ModulePath = Vec<String>;

/// A module with its own items; those of modules inside it stand with these.
pub(crate) struct Module {
    pub(crate) path: ModulePath,
    pub(crate) file: PathBuf,
    pub(crate) items: Vec<Item>,
    /// Of the file, where the module has one.
    pub(crate) attributes: Vec<Attribute>,
}

/// A crate's modules.
#[derive(Default)]
pub(crate) struct Crate {
    pub(crate) modules: Vec<Module>,
    /// Every file that was read, and those of tests.
    pub(crate) files: BTreeSet<PathBuf>,
}

/// Where the module of a file looks for those below it.
struct Place<'a> {
    file: &'a Path,
    folder: PathBuf,
    is_test: bool,
}

impl Crate {
    /// Reads a crate from its root, `lib.rs` or `main.rs`.
    pub(crate) fn read(root: &Path, text_of: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut found = Self::default();
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        found.file(vec![], root, folder, false, text_of);
        found
    }

    fn file(
        &mut self,
        path: ModulePath,
        file: &Path,
        folder: PathBuf,
        is_test: bool,
        text_of: &dyn Fn(&Path) -> Option<String>,
    ) {
        let text = text_of(file).unwrap_or_else(|| panic!("can't read {}", file.display()));
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.files.insert(file.to_owned());
        let is_test = is_test || is_for_tests(&parsed.attrs);
        let place = Place {
            file,
            folder,
            is_test,
        };
        self.module(path, &place, parsed.items, parsed.attrs, text_of);
    }

    fn module(
        &mut self,
        path: ModulePath,
        place: &Place<'_>,
        items: Vec<Item>,
        attributes: Vec<Attribute>,
        text_of: &dyn Fn(&Path) -> Option<String>,
    ) {
        for item in &items {
            if let Item::Mod(below) = item {
                self.below(&path, place, below, text_of);
            }
        }
        if !place.is_test {
            self.modules.push(Module {
                path,
                file: place.file.to_owned(),
                items,
                attributes,
            });
        }
    }

    fn below(
        &mut self,
        path: &ModulePath,
        place: &Place<'_>,
        below: &ItemMod,
        text_of: &dyn Fn(&Path) -> Option<String>,
    ) {
        let name = plain(&below.ident);
        let path: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
        let is_test = place.is_test || is_for_tests(&below.attrs);
        let folder = place.folder.join(&name);
        if let Some((_, items)) = &below.content {
            let place = Place {
                file: place.file,
                folder,
                is_test,
            };
            self.module(path, &place, items.clone(), vec![], text_of);
            return;
        }
        let beside = place.file.parent().unwrap_or(Path::new(""));
        let own_file = place.folder.join(format!("{name}.rs"));
        let (file, folder) = match said_path(&below.attrs) {
            Some(said) => {
                let file = beside.join(said);
                (file.clone(), file.parent().unwrap_or(beside).to_owned())
            }
            None if text_of(&own_file).is_some() => (own_file, folder),
            None => (folder.join("mod.rs"), folder),
        };
        self.file(path, &file, folder, is_test, text_of);
    }
}

/// Returns a name as it is written without `r#`.
pub(crate) fn plain(name: &proc_macro2::Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

fn said_path(attributes: &[Attribute]) -> Option<String> {
    let said = attributes
        .iter()
        .find(|said| said.path().is_ident("path"))?;
    match &said.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
