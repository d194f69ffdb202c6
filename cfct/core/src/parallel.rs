//! One way to spread independent work over the cores.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Below this many items a share, starting a thread costs more than it saves.
const WORTH_A_THREAD: usize = 16;

/// Maps `work` in order, split over the available cores where there is enough of it. The result does not
/// depend on how it was split. A panic in `map` is passed on.
pub fn map<T: Send, R: Send>(work: Vec<T>, map: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(work.len() / WORTH_A_THREAD);
    if threads < 2 {
        return work.into_iter().map(map).collect();
    }
    // Small shares from one queue keep the cores busy even when a few items are much larger than the rest.
    let total = work.len();
    let queue = Mutex::new(work.into_iter().enumerate());
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::with_capacity(total / threads + 1);
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some((index, item)) = next else { return mine };
                        mine.push((index, map(item)));
                    }
                })
            })
            .collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<(usize, R)>>| {
            worker.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_keep_the_order_of_the_work() {
        let work: Vec<usize> = (0..1000).collect();
        assert_eq!(
            super::map(work.clone(), |number| number * 2),
            work.iter().map(|n| n * 2).collect::<Vec<_>>()
        );
    }
}
