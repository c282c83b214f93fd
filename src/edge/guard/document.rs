//! One walk over the parsed document, every fragment once.

use std::collections::HashMap;

use async_graphql::{
    Positioned, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::{Limits, Violation, rows::Rows};

/// What the executed operation asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    /// Its fields, with every fragment counted wherever it is spread. `__typename` is a field like others.
    pub fields: usize,
    /// Its fields inside one another.
    pub depth: usize,
    /// The rows it asks for, which is the sum over its fields of
    ///
    /// - the page (`first`, `last`, `limit`) or the number of `ids`, at most [`Limits::page_size`];
    /// - else 1 for a field with fields of its own;
    /// - else 0.
    ///
    /// It is a sum, not a product: a page of 100 with pages of 250 inside costs 350. What pages inside pages
    /// multiply to is no use as a limit, since ordinary pages of a shop ask for hundreds of thousands that way and
    /// get hundreds. `@skip` and `@include` change nothing: the cost is what a document can ask for.
    pub cost: usize,
    /// Whether it asks for the schema itself.
    pub introspects: bool,
}

/// Measures a document of which `operation` is to be executed with `variables`.
///
/// Fields, aliases and directives are counted over all operations, since all are validated. The cost is that of
/// `operation` alone, since variables mean nothing to the others.
///
/// # Errors
/// The first limit that the document is over, or a fragment that spreads itself.
pub fn measure(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<Measure, Violation> {
    let executed = Survey::new(document, operation, variables, limits).whole_document(operation)?;
    if executed.cost > limits.cost {
        return Err(Violation::Cost {
            requested: executed.cost,
            limit: limits.cost,
        });
    }
    Ok(Measure {
        fields: executed.fields,
        depth: executed.depth,
        cost: executed.cost,
        introspects: executed.introspects,
    })
}

/// How often the lists of introspected types may stand inside one another. Each level multiplies the answer by the
/// schema's fields; the query that tools send needs one.
const INTROSPECTED_LISTS: usize = 2;

/// What a part of the document adds up to. Sums stop at the largest number there is.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    fields: usize,
    depth: usize,
    /// Selection sets inside one another.
    sets: usize,
    cost: usize,
    /// Lists of introspected types inside one another.
    introspected_lists: usize,
    introspects: bool,
}

impl Tally {
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            sets: self.sets.max(other.sets),
            cost: self.cost.saturating_add(other.cost),
            introspected_lists: self.introspected_lists.max(other.introspected_lists),
            introspects: self.introspects || other.introspects,
        }
    }
}

/// How far the walk is with a fragment.
enum Progress {
    UnderWay,
    Done(Tally),
}

/// The walk. Levels count selection sets from 1, and bound how deep the walk calls itself.
struct Survey<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    rows: Rows<'a>,
    fragments: HashMap<&'a str, Progress>,
    aliases: usize,
    directives: usize,
}

impl<'a> Survey<'a> {
    fn new(
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
        variables: &'a Variables,
        limits: &'a Limits,
    ) -> Self {
        let rows = Rows {
            definitions: &operation.variable_definitions,
            variables,
            page_size: limits.page_size,
        };
        Self {
            document,
            limits,
            rows,
            fragments: HashMap::new(),
            aliases: 0,
            directives: 0,
        }
    }

    /// All operations, and all fragments, used or not: validation reads them all. The answer is `executed`'s part.
    fn whole_document(mut self, executed: &OperationDefinition) -> Result<Tally, Violation> {
        let document = self.document;
        let (mut all, mut answer) = (Tally::default(), Tally::default());
        for (_, operation) in document.operations.iter() {
            self.count_directives(operation.node.directives.len())?;
            for variable in &operation.node.variable_definitions {
                self.count_directives(variable.node.directives.len())?;
            }
            let tally = self.set(&operation.node.selection_set, 1)?;
            all = all.beside(tally);
            self.check_fields(all)?;
            if std::ptr::eq(&operation.node, executed) {
                answer = tally;
            }
        }
        for name in document.fragments.keys() {
            self.fragment(name, 1)?;
        }
        Ok(answer)
    }

    fn set(&mut self, set: &'a Positioned<SelectionSet>, level: usize) -> Result<Tally, Violation> {
        if level > self.limits.nesting {
            return Err(Violation::Nesting(self.limits.nesting));
        }
        let mut tally = Tally::default();
        for selection in &set.node.items {
            tally = tally.beside(self.selection(&selection.node, level)?);
            self.check_fields(tally)?;
        }
        tally.sets += 1;
        Ok(tally)
    }

    fn selection(&mut self, selection: &'a Selection, level: usize) -> Result<Tally, Violation> {
        self.count_directives(selection.directives().len())?;
        match selection {
            Selection::Field(field) => self.field(&field.node, level),
            Selection::InlineFragment(inline) => self.set(&inline.node.selection_set, level + 1),
            Selection::FragmentSpread(spread) => {
                self.fragment(&spread.node.fragment_name.node, level + 1)
            }
        }
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Tally, Violation> {
        self.count_alias(field)?;
        let leaf = field.selection_set.node.items.is_empty();
        let inner = if leaf {
            Tally::default()
        } else {
            self.set(&field.selection_set, level + 1)?
        };
        let name = field.name.node.as_str();
        let lists = inner.introspected_lists + usize::from(is_introspected_list(name));
        let entry = is_introspection_entry(name);
        if entry && lists > INTROSPECTED_LISTS {
            return Err(Violation::Introspection(INTROSPECTED_LISTS));
        }
        let depth = inner.depth + 1;
        if depth > self.limits.depth {
            return Err(Violation::Depth(self.limits.depth));
        }
        Ok(Tally {
            fields: inner.fields.saturating_add(1),
            depth,
            sets: inner.sets,
            cost: inner.cost.saturating_add(self.rows.of(field)),
            introspected_lists: lists,
            introspects: entry || inner.introspects,
        })
    }

    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Tally, Violation> {
        let tally = match self.fragments.get(name) {
            Some(Progress::Done(tally)) => *tally,
            Some(Progress::UnderWay) => return Err(Violation::FragmentCycle(name.to_owned())),
            None => self.new_fragment(name, level)?,
        };
        if level + tally.sets > self.limits.nesting + 1 {
            return Err(Violation::Nesting(self.limits.nesting));
        }
        Ok(tally)
    }

    fn new_fragment(&mut self, name: &'a str, level: usize) -> Result<Tally, Violation> {
        let Some(fragment) = self.document.fragments.get(name) else {
            // Validation says that there is none; until then its spread is as good as a field.
            return Ok(Tally {
                fields: 1,
                ..Tally::default()
            });
        };
        self.fragments.insert(name, Progress::UnderWay);
        self.count_directives(fragment.node.directives.len())?;
        let tally = self.set(&fragment.node.selection_set, level)?;
        self.fragments.insert(name, Progress::Done(tally));
        Ok(tally)
    }

    fn check_fields(&self, tally: Tally) -> Result<(), Violation> {
        if tally.fields > self.limits.fields {
            return Err(Violation::Fields(self.limits.fields));
        }
        Ok(())
    }

    fn count_alias(&mut self, field: &Field) -> Result<(), Violation> {
        self.aliases += usize::from(field.alias.is_some());
        if self.aliases > self.limits.aliases {
            return Err(Violation::Aliases(self.limits.aliases));
        }
        Ok(())
    }

    fn count_directives(&mut self, more: usize) -> Result<(), Violation> {
        self.directives += more;
        if self.directives > self.limits.directives {
            return Err(Violation::Directives(self.limits.directives));
        }
        Ok(())
    }
}

fn is_introspection_entry(field: &str) -> bool {
    matches!(field, "__schema" | "__type")
}

fn is_introspected_list(field: &str) -> bool {
    matches!(
        field,
        "fields" | "inputFields" | "interfaces" | "possibleTypes"
    )
}
