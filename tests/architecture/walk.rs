//! Every path in the code of a module: of `use`, expressions, types, patterns, attributes and
//! what stands in macros.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Stmt};

use super::cfg::is_for_tests;
use super::graph::{Graph, Place};
use super::names::{Names, Scope, attributes, flatten};
use super::search::Resolved;
use super::source::{Crate, Module, ModulePath, plain};

/// Returns which top-level modules of a crate name which others, and where.
pub(crate) fn ties(krate: &Crate) -> Graph {
    let names = Names::of(krate);
    let mut graph = Graph::default();
    for module in &krate.modules {
        graph.add(top(&module.path));
        let mut walk = Walk {
            names: &names,
            module,
            blocks: vec![],
            graph: &mut graph,
        };
        module
            .attributes
            .iter()
            .for_each(|attribute| walk.visit_attribute(attribute));
        module.items.iter().for_each(|item| walk.visit_item(item));
    }
    graph
}

/// Returns the module below the root that a module is part of; the root itself is one, too.
fn top(path: &ModulePath) -> &str {
    path.first().map_or("crate", String::as_str)
}

struct Walk<'a> {
    names: &'a Names,
    module: &'a Module,
    blocks: Vec<Scope>,
    graph: &'a mut Graph,
}

impl Walk<'_> {
    fn path(&mut self, path: &[String], line: usize) {
        let found = self.names.resolve(&self.module.path, &self.blocks, path);
        self.tie(&found, path, line);
    }

    fn macro_path(&mut self, path: &[String], line: usize) {
        let found = self
            .names
            .resolve_macro(&self.module.path, &self.blocks, path);
        self.tie(&found, path, line);
    }

    fn tie(&mut self, found: &Resolved, path: &[String], line: usize) {
        let from = top(&self.module.path);
        for to in found.touched.iter().map(top).filter(|to| *to != from) {
            let place = Place {
                file: self.module.file.clone(),
                line,
                path: path.join("::"),
            };
            self.graph.tie(from, to, place);
        }
    }

    /// Finds the paths in what a macro is given, whose syntax is its own affair.
    fn tokens(&mut self, tokens: TokenStream, before: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.tokens(group.stream(), &[]);
                    at += 1;
                }
                TokenTree::Ident(first) => {
                    // A field, a method or a lifetime is no path, and `::x` is another crate's.
                    let is_behind = at > 0
                        && matches!(&tokens[at - 1], TokenTree::Punct(sign) if "'.:".contains(sign.as_char()))
                        && !is_lone_colon(&tokens[..at])
                        && !is_range(&tokens[..at]);
                    let line = first.span().start().line;
                    let mut path = before.to_vec();
                    path.push(plain(first));
                    at += 1;
                    while is_double_colon(&tokens[at..]) {
                        match tokens.get(at + 2) {
                            Some(TokenTree::Ident(next)) => {
                                path.push(plain(next));
                                at += 3;
                            }
                            Some(TokenTree::Group(group))
                                if group.delimiter() == Delimiter::Brace =>
                            {
                                self.tokens(group.stream(), &path);
                                at += 3;
                            }
                            _ => break,
                        }
                    }
                    let is_call = matches!(tokens.get(at), Some(TokenTree::Punct(sign)) if sign.as_char() == '!');
                    if is_call && !is_behind {
                        self.macro_path(&path, line);
                    } else if !is_behind {
                        self.path(&path, line);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Finds the paths in the texts of an attribute: `#[serde(with = "crate::text")]`.
    fn texts(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.texts(group.stream()),
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                    let Ok(text) = text.map(|text| text.value()) else {
                        continue;
                    };
                    if let Ok(ty) = syn::parse_str::<syn::Type>(&text) {
                        let mut paths = Paths::default();
                        paths.visit_type(&ty);
                        paths.0.iter().for_each(|path| self.path(path, line));
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

/// The paths of a type that was written as text.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.0.push(segments(path));
        }
        visit::visit_path(self, path);
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|part| plain(&part.ident))
        .collect()
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == ':')
}

fn is_double_colon(tokens: &[TokenTree]) -> bool {
    is_colon(tokens.first()) && is_colon(tokens.get(1))
}

/// Says whether tokens end in one colon, as before a type or a field's value.
fn is_lone_colon(before: &[TokenTree]) -> bool {
    let ends = |back: usize| is_colon(before.len().checked_sub(back).and_then(|at| before.get(at)));
    ends(1) && !ends(2)
}

fn is_range(before: &[TokenTree]) -> bool {
    let is_dot =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '.');
    before.len() > 1 && before[before.len() - 2..].iter().all(is_dot)
}

/// Visits what is not for tests alone.
macro_rules! unless_for_tests {
    ($($visit:ident($node:ty);)*) => {$(
        fn $visit(&mut self, node: &'ast $node) {
            if !is_for_tests(&node.attrs) {
                visit::$visit(self, node);
            }
        }
    )*};
}

impl<'ast> Visit<'ast> for Walk<'_> {
    unless_for_tests! {
        visit_arm(syn::Arm);
        visit_field(syn::Field);
        visit_field_value(syn::FieldValue);
        visit_local(syn::Local);
        visit_stmt_macro(syn::StmtMacro);
        visit_variant(syn::Variant);
        visit_expr_block(syn::ExprBlock);
        visit_expr_call(syn::ExprCall);
        visit_expr_method_call(syn::ExprMethodCall);
        visit_expr_if(syn::ExprIf);
        visit_impl_item_const(syn::ImplItemConst);
        visit_impl_item_fn(syn::ImplItemFn);
        visit_impl_item_type(syn::ImplItemType);
        visit_trait_item_const(syn::TraitItemConst);
        visit_trait_item_fn(syn::TraitItemFn);
        visit_trait_item_type(syn::TraitItemType);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        // Modules inside are visited by themselves.
        if !is_for_tests(attributes(item)) && !matches!(item, Item::Mod(_)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut used = Vec::new();
        flatten(
            &item.tree,
            &mut vec![],
            item.leading_colon.is_some(),
            &mut used,
        );
        for used in used {
            self.path(&used.path, used.line);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.tokens(item.mac.tokens.clone(), &[]);
        if item.ident.is_none() {
            self.visit_path_of_macro(&item.mac.path);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path_of_macro(&call.path);
        self.tokens(call.tokens.clone(), &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            self.path(&segments(path), first.ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items = block.stmts.iter().filter_map(|statement| match statement {
            Stmt::Item(item) => Some(item),
            Stmt::Local(_) | Stmt::Expr(..) | Stmt::Macro(_) => None,
        });
        self.blocks.push(Scope::of(items, &self.module.path));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    /// Only modules around this one can be named there.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        const SAYS_NOTHING: [&str; 6] = ["doc", "cfg", "allow", "expect", "warn", "deny"];
        if SAYS_NOTHING
            .iter()
            .any(|name| attribute.path().is_ident(name))
        {
            return;
        }
        let tokens = match &attribute.meta {
            syn::Meta::Path(_) => return,
            syn::Meta::List(list) => list.tokens.clone(),
            syn::Meta::NameValue(pair) => {
                visit::visit_expr(self, &pair.value);
                return;
            }
        };
        self.texts(tokens.clone());
        self.tokens(tokens, &[]);
    }
}

impl Walk<'_> {
    fn visit_path_of_macro(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            self.macro_path(&segments(path), first.ident.span().start().line);
        }
    }
}
