//! Arrays that the program holds from its build on, and that a run copies only where it adds to them.

use std::ops::Deref;

/// Such an array.
#[derive(Debug)]
pub(super) enum Held<T: 'static> {
    Built(&'static T),
    Own(Box<T>),
}

impl<T: Clone> Held<T> {
    /// The array, to be changed.
    pub(super) fn to_mut(&mut self) -> &mut T {
        if let Self::Built(built) = self {
            *self = Self::Own(Box::new(built.clone()));
        }
        match self {
            Self::Own(own) => own,
            Self::Built(_) => unreachable!("it was copied above"),
        }
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Built(built) => built,
            Self::Own(own) => own,
        }
    }
}
