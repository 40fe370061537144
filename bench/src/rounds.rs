//! In which order contenders have their turns.

/// The order of a round: who begins moves on by one, so that nobody always follows the same one's
/// garbage and nobody is always first.
pub(crate) fn order(round: usize, contenders: usize) -> impl Iterator<Item = usize> {
    (0..contenders).map(move |turn| (turn + round) % contenders)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_has_one_turn_in_each_round_and_is_first_equally_often() {
        let mut first = [0; 5];
        for round in 0..20 {
            let turns: Vec<usize> = order(round, 5).collect();
            first[turns[0]] += 1;
            assert_eq!(turns.into_iter().collect::<BTreeSet<_>>().len(), 5);
        }
        assert_eq!(first, [4; 5]);
        assert_eq!(order(3, 0).count(), 0);
    }
}
