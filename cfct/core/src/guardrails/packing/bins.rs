//! Things of different sizes into as few bins as possible.

/// Bins tried before what is there has to do.
const STEPS: usize = 100_000;

/// The numbers of the things in each bin, in order; every bin holds at most `capacity`, which no thing exceeds.
///
/// First fit by falling size is never more than 11/9 of the fewest bins, and mostly it is the fewest. Where it is
/// not known to be, a bounded search looks for fewer.
pub(super) fn pack(sizes: &[usize], capacity: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(sizes[*index]));
    let mut best = first_fit(&order, sizes, capacity);
    let fewest = sizes.iter().sum::<usize>().div_ceil(capacity.max(1));
    while best.len() > fewest {
        let mut search =
            Search { order: &order, sizes, capacity, bins: vec![Vec::new(); best.len() - 1], steps: STEPS };
        if !search.place(0) {
            break;
        }
        best = search.bins;
        best.retain(|bin| !bin.is_empty());
    }
    for bin in &mut best {
        bin.sort_unstable();
    }
    best.sort_unstable();
    best
}

fn first_fit(order: &[usize], sizes: &[usize], capacity: usize) -> Vec<Vec<usize>> {
    let mut bins: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let fits = |bin: &Vec<usize>| used(bin, sizes) + sizes[*index] <= capacity;
        match bins.iter_mut().find(|bin| fits(bin)) {
            Some(bin) => bin.push(*index),
            None => bins.push(vec![*index]),
        }
    }
    bins
}

struct Search<'s> {
    /// The largest first.
    order: &'s [usize],
    sizes: &'s [usize],
    capacity: usize,
    bins: Vec<Vec<usize>>,
    steps: usize,
}

impl Search<'_> {
    fn place(&mut self, at: usize) -> bool {
        let Some(index) = self.order.get(at).copied() else { return true };
        let mut tried = Vec::new();
        for bin in 0..self.bins.len() {
            let used = used(&self.bins[bin], self.sizes);
            // Two bins with the same room are the same choice.
            if used + self.sizes[index] > self.capacity || tried.contains(&used) {
                continue;
            }
            if self.steps == 0 {
                return false;
            }
            self.steps -= 1;
            tried.push(used);
            self.bins[bin].push(index);
            if self.place(at + 1) {
                return true;
            }
            self.bins[bin].pop();
        }
        false
    }
}

fn used(bin: &[usize], sizes: &[usize]) -> usize {
    bin.iter().map(|index| sizes[*index]).sum()
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn nothing_is_lost_no_bin_overflows_and_there_are_as_few_as_can_be() {
        for (sizes, capacity, bins) in [
            (&[][..], 10, 0),
            (&[10], 10, 1),
            (&[5, 5, 5], 10, 2),
            // First fit by falling size takes three: 6 5, 5 4 4, 3.
            (&[6, 5, 5, 4, 4, 3, 3], 15, 2),
            (&[44, 24, 24, 22, 21, 17, 8, 8, 6, 6], 61, 3),
            (&[1; 30], 7, 5),
        ] {
            let packed = pack(sizes, capacity);
            let mut all: Vec<usize> = packed.concat();
            all.sort_unstable();
            assert_eq!(all, (0..sizes.len()).collect::<Vec<_>>(), "{sizes:?}");
            for bin in &packed {
                assert!(bin.iter().map(|index| sizes[*index]).sum::<usize>() <= capacity, "{sizes:?}");
            }
            assert_eq!(packed.len(), bins, "{sizes:?} in {capacity}: {packed:?}");
        }
    }
}
