//! A batch of messages: groups side by side, and within a group in order.

use futures_util::future::join_all;

use super::invocation::Message;

/// Attends to `messages` and returns the ids of those that have to come again: in each group the first that
/// `attend` does not settle, and whatever stands behind it, since a FIFO queue would otherwise deliver the later
/// ones first. Messages without a group do not wait for each other.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
pub(crate) async fn attend(messages: &[Message], attend: impl AsyncFn(&Message) -> bool) -> Vec<String> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let same = |group: &&mut Vec<usize>| {
            message.group.is_some()
                && group.first().is_some_and(|first| messages[*first].group == message.group)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    let unsettled = groups.iter().map(|group| async {
        for (place, number) in group.iter().enumerate() {
            if !attend(&messages[*number]).await {
                return &group[place..];
            }
        }
        &[]
    });
    let mut unsettled: Vec<usize> = join_all(unsettled).await.concat();
    unsettled.sort_unstable();
    unsettled.into_iter().map(|number| messages[number].id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::runtime::Builder;

    use super::{Message, attend};

    /// Messages written as `group-number`, or `number` for one without a group; those with `!` fail.
    fn outcome(batch: &str) -> (String, String) {
        let messages: Vec<Message> = batch
            .split(' ')
            .map(|id| Message {
                id: id.to_owned(),
                group: id.split_once('-').map(|(group, _)| group.to_owned()),
                deliveries: 1,
                body: String::new(),
            })
            .collect();
        let attended = RefCell::new(Vec::new());
        let runtime = Builder::new_current_thread().build().unwrap();
        let failed = runtime.block_on(attend(&messages, async |message| {
            attended.borrow_mut().push(message.id.clone());
            tokio::task::yield_now().await;
            !message.id.ends_with('!')
        }));
        (attended.into_inner().join(" "), failed.join(" "))
    }

    #[test]
    fn a_failure_takes_the_rest_of_its_group_along_and_nothing_else() {
        let cases = [
            ("a-1 b-1 a-2", "a-1 b-1 a-2", ""),
            ("a-1! b-1 a-2 b-2", "a-1! b-1 b-2", "a-1! a-2"),
            ("a-1 a-2! b-1 a-3 a-4", "a-1 b-1 a-2!", "a-2! a-3 a-4"),
            ("a-1! b-1! c-1", "a-1! b-1! c-1", "a-1! b-1!"),
            ("1! 2 3", "1! 2 3", "1!"),
        ];
        for (batch, attended, failed) in cases {
            assert_eq!(outcome(batch), (attended.to_owned(), failed.to_owned()), "{batch}");
        }
    }
}
