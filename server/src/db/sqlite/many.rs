//! Many things in one statement. A statement is a way to the connection's thread and back, which takes longer than most
//! statements do.

/// Most things of one statement.
const MOST: usize = 64;

/// Parts a list for statements. Each length is a statement of its own, and a connection keeps a hundred of them ready: so
/// there are few lengths, the powers of two.
pub(super) fn portions<T>(mut rest: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let longest = rest.len().min(MOST).checked_ilog2()?;
        let (portion, left) = rest.split_at(1 << longest);
        rest = left;
        Some(portion)
    })
}

#[cfg(test)]
mod tests {
    use super::portions;

    #[track_caller]
    fn check(n: usize, lengths: &[usize]) {
        let all: Vec<usize> = (0..n).collect();
        let parts: Vec<&[usize]> = portions(&all).collect();
        assert_eq!(parts.iter().map(|it| it.len()).collect::<Vec<_>>(), lengths);
        assert_eq!(parts.concat(), all);
    }

    #[test]
    fn every_thing_is_in_one_portion() {
        check(0, &[]);
        check(1, &[1]);
        check(3, &[2, 1]);
        check(100, &[64, 32, 4]);
        check(191, &[64, 64, 32, 16, 8, 4, 2, 1]);
    }
}
