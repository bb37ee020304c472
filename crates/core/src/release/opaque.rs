//! A value that an adapter puts in and takes out again. Nothing else reads it or shows it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A value whose type only the adapter knows that made it: it is carried and compared as a whole.
#[derive(Clone)]
pub struct Opaque(Arc<dyn Comparable>);

trait Comparable: Any + Send + Sync {
    fn equals(&self, other: &Opaque) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Comparable for T {
    fn equals(&self, other: &Opaque) -> bool {
        other.get::<T>() == Some(self)
    }
}

impl Opaque {
    /// Hides a value.
    #[must_use]
    pub fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value, unless it is of another type.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        let value: &dyn Any = &*self.0;
        value.downcast_ref()
    }
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(other)
    }
}

/// Shows nothing of the value: it may hold a secret.
impl fmt::Debug for Opaque {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Opaque")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_out_as_its_own_type_alone() {
        let hidden = Opaque::new("issuer".to_owned());
        assert_eq!(hidden.get::<String>(), Some(&"issuer".to_owned()));
        assert_eq!(hidden.get::<&str>(), None);
    }

    #[test]
    fn values_are_the_same_by_type_and_content() {
        let hidden = Opaque::new(vec![1_u32]);
        assert_eq!(hidden, hidden.clone());
        assert_eq!(hidden, Opaque::new(vec![1_u32]));
        assert_ne!(hidden, Opaque::new(vec![2_u32]));
        assert_ne!(hidden, Opaque::new(vec![1_i32]));
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Opaque::new("hunter2")), "Opaque");
    }
}
