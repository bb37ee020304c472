//! What a name means where it stands: an item, a module, or what was imported from elsewhere.
//! Types and traits are no concern here: `Name::of` is followed to where `Name` comes from.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Item, UseTree, Visibility};

use super::cfg::is_for_tests;
use super::search::{Resolved, Search};
use super::source::{Crate, ModulePath, plain};

/// What names mean in a module, or in a block.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) names: BTreeMap<String, Vec<Named>>,
    pub(crate) globs: Vec<Import>,
}

pub(crate) struct Named {
    pub(crate) meaning: Meaning,
    pub(crate) is_private: bool,
}

pub(crate) enum Meaning {
    Module(ModulePath),
    /// Anything else, by the module that defines it.
    Item(ModulePath),
    Import(Vec<String>),
}

pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) is_private: bool,
}

/// A path of a `use`, with the name that it gets.
pub(crate) struct Used {
    pub(crate) path: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) is_glob: bool,
    pub(crate) line: usize,
}

/// The scopes of a crate's modules.
pub(crate) struct Names {
    scopes: BTreeMap<ModulePath, Scope>,
    /// Macros that go by their order in the text, not by paths.
    macros: BTreeMap<String, BTreeSet<ModulePath>>,
    /// What the crate calls itself, besides `crate`.
    aliases: BTreeSet<String>,
}

impl Scope {
    /// Collects what items of a module, or of a block in it, define.
    pub(crate) fn of<'a>(items: impl Iterator<Item = &'a Item>, module: &ModulePath) -> Self {
        let mut scope = Self::default();
        for item in items.filter(|item| !is_for_tests(attributes(item))) {
            scope.add(item, module);
        }
        scope
    }

    fn add(&mut self, item: &Item, module: &ModulePath) {
        let (name, visibility) = match item {
            Item::Use(import) => {
                let mut used = Vec::new();
                let is_absolute = import.leading_colon.is_some();
                flatten(&import.tree, &mut vec![], is_absolute, &mut used);
                for used in used {
                    self.import(used, is_private(&import.vis));
                }
                return;
            }
            Item::Mod(below) => {
                let name = plain(&below.ident);
                let path = module.iter().cloned().chain([name.clone()]).collect();
                self.name(name, Meaning::Module(path), is_private(&below.vis));
                return;
            }
            Item::Macro(rules) => match &rules.ident {
                Some(name) => (name, &Visibility::Inherited),
                None => return self.made(rules.mac.tokens.clone(), module),
            },
            Item::Const(item) => (&item.ident, &item.vis),
            Item::Enum(item) => (&item.ident, &item.vis),
            Item::Fn(item) => (&item.sig.ident, &item.vis),
            Item::Static(item) => (&item.ident, &item.vis),
            Item::Struct(item) => (&item.ident, &item.vis),
            Item::Trait(item) => (&item.ident, &item.vis),
            Item::TraitAlias(item) => (&item.ident, &item.vis),
            Item::Type(item) => (&item.ident, &item.vis),
            Item::Union(item) => (&item.ident, &item.vis),
            _ => return,
        };
        self.name(
            plain(name),
            Meaning::Item(module.clone()),
            is_private(visibility),
        );
    }

    /// What a macro makes has one of the names that it was given.
    fn made(&mut self, tokens: TokenStream, module: &ModulePath) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.made(group.stream(), module),
                TokenTree::Ident(name) => {
                    self.name(plain(&name), Meaning::Item(module.clone()), false);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn import(&mut self, used: Used, is_private: bool) {
        let Used { path, name, .. } = used;
        match name {
            Some(name) => self.name(name, Meaning::Import(path), is_private),
            None if used.is_glob => self.globs.push(Import { path, is_private }),
            None => {}
        }
    }

    fn name(&mut self, name: String, meaning: Meaning, is_private: bool) {
        let all = self.names.entry(name).or_default();
        all.push(Named {
            meaning,
            is_private,
        });
    }
}

impl Names {
    /// Collects the names of a crate.
    pub(crate) fn of(krate: &Crate) -> Self {
        let mut scopes: BTreeMap<ModulePath, Scope> = BTreeMap::new();
        let mut macros: BTreeMap<String, BTreeSet<ModulePath>> = BTreeMap::new();
        let mut aliases: BTreeSet<String> = ["crate".to_owned()].into();
        let mut exported = Vec::new();
        for module in &krate.modules {
            scopes.insert(
                module.path.clone(),
                Scope::of(module.items.iter(), &module.path),
            );
            for item in &module.items {
                if let Item::ExternCrate(own) = item
                    && own.ident == "self"
                {
                    aliases.extend(own.rename.iter().map(|(_, name)| plain(name)));
                }
                if let Item::Macro(rules) = item
                    && let Some(name) = rules.ident.as_ref().map(plain)
                    && !is_for_tests(&rules.attrs)
                {
                    if rules
                        .attrs
                        .iter()
                        .any(|said| said.path().is_ident("macro_export"))
                    {
                        exported.push((name.clone(), module.path.clone()));
                    }
                    macros.entry(name).or_default().insert(module.path.clone());
                }
            }
        }
        if let Some(root) = scopes.get_mut(&vec![]) {
            for (name, module) in exported {
                root.name(name, Meaning::Item(module), false);
            }
        }
        Self {
            scopes,
            macros,
            aliases,
        }
    }

    /// Finds where a path leads that stands in a module, inside blocks with scopes of their own.
    pub(crate) fn resolve(&self, at: &ModulePath, blocks: &[Scope], path: &[String]) -> Resolved {
        let mut search = Search {
            scopes: &self.scopes,
            aliases: &self.aliases,
            busy: vec![],
        };
        search.follow(at, blocks, path)
    }

    /// Finds where a macro comes from.
    pub(crate) fn resolve_macro(
        &self,
        at: &ModulePath,
        blocks: &[Scope],
        path: &[String],
    ) -> Resolved {
        let mut found = self.resolve(at, blocks, path);
        if let [name] = path
            && !found.is_found
            && let Some(modules) = self.macros.get(name)
        {
            found.touched.extend(modules.iter().cloned());
        }
        found
    }
}

/// Lists the paths of a `use`.
pub(crate) fn flatten(
    tree: &UseTree,
    before: &mut Vec<String>,
    is_absolute: bool,
    used: &mut Vec<Used>,
) {
    let mut leaf = |last: &proc_macro2::Ident, name: Option<String>| {
        let mut path = before.clone();
        if plain(last) != "self" || path.is_empty() {
            path.push(plain(last));
        }
        // What begins with `::` is another crate's, whatever is called so here.
        let name = name
            .or_else(|| path.last().cloned())
            .filter(|name| name != "_");
        if !is_absolute {
            used.push(Used {
                path,
                name,
                is_glob: false,
                line: last.span().start().line,
            });
        }
    };
    match tree {
        UseTree::Path(tree) => {
            before.push(plain(&tree.ident));
            flatten(&tree.tree, before, is_absolute, used);
            before.pop();
        }
        UseTree::Name(tree) => leaf(&tree.ident, None),
        UseTree::Rename(tree) => leaf(&tree.ident, Some(plain(&tree.rename))),
        UseTree::Glob(tree) if !is_absolute => used.push(Used {
            path: before.clone(),
            name: None,
            is_glob: true,
            line: tree.star_token.spans[0].start().line,
        }),
        UseTree::Glob(_) => {}
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, before, is_absolute, used);
            }
        }
    }
}

fn is_private(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Inherited)
}

/// Returns the attributes of an item.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
