//! What is said: a line of JSON each, to CloudWatch Logs. Nothing of what was sent stands in it but ids and names.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::outcome::{Outcome, Verdict};

/// The namespace of the metrics.
const NAMESPACE: &str = "cfct/companion";

/// What counts by itself in what an [`Outcome`] says, and the metric of it.
const SAID: [(&str, &str); 4] = [
    ("unknown_event", "UnknownEvents"),
    ("unknown_fields", "UnknownFields"),
    ("accounts_ready", "AccountsReady"),
    ("steps", "Steps"),
];

const VERDICTS: [Verdict; 5] =
    [Verdict::Done, Verdict::Ignored, Verdict::Rejected, Verdict::Retry, Verdict::OutOfTime];

/// Writes one line.
pub(super) fn write(line: &Value) {
    // Where standard output cannot be written there is nobody left to tell.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// What is counted in an invocation, by the names of the metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<&'static str, u64>);

impl Default for Tally {
    /// Every metric is there, since an alarm on one that is missing does not know better.
    fn default() -> Self {
        let verdicts = VERDICTS.iter().map(|verdict| verdict.names().1);
        Self(verdicts.chain(SAID.iter().map(|(_, metric)| *metric)).map(|metric| (metric, 0)).collect())
    }
}

impl Tally {
    /// Counts one.
    pub(super) fn count(&mut self, outcome: &Outcome) {
        self.add(outcome.verdict.names().1, 1);
        for (name, metric) in SAID {
            self.add(metric, outcome.said.get(name).and_then(Value::as_u64).unwrap_or_default());
        }
    }

    fn add(&mut self, metric: &'static str, count: u64) {
        *self.0.entry(metric).or_default() += count;
    }

    /// The fields that make a line of a log a source of metrics: CloudWatch reads them from it by itself.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    pub(super) fn metrics(&self, function: &str, now: u64, milliseconds: u64) -> Map<String, Value> {
        let counts = self.0.keys().map(|name| json!({ "Name": name, "Unit": "Count" }));
        let duration = json!({ "Name": "Duration", "Unit": "Milliseconds" });
        let about = json!({
            "Timestamp": now,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["Function"]],
                "Metrics": counts.chain([duration]).collect::<Vec<_>>(),
            }],
        });
        let given = [("_aws", about), ("Function", function.into()), ("Duration", milliseconds.into())];
        let given = given.into_iter().chain(self.0.iter().map(|(name, count)| (*name, (*count).into())));
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Tally};

    #[test]
    fn every_metric_that_is_declared_is_given() {
        let mut tally = Tally::default();
        let ready = Outcome::done().saying("steps", 7).saying("accounts_ready", 1);
        for outcome in [Outcome::out_of_time(), Outcome::retry(""), ready, Outcome::out_of_time()] {
            tally.count(&outcome);
        }
        let fields = tally.metrics("companion", 1_000, 7);
        let declared = fields["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        let declared = declared.iter().map(|metric| metric["Name"].as_str().unwrap());
        let given: Vec<String> = declared.map(|name| format!("{name} {}", fields[name])).collect();
        let expected = "AccountsReady 1, Done 1, Ignored 0, OutOfTime 2, Rejected 0, Retried 1, Steps 7, \
                        UnknownEvents 0, UnknownFields 0, Duration 7";
        assert_eq!(given.join(", "), expected);
    }
}
