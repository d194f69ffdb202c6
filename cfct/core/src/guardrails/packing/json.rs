//! A packing for a program to read; docs/guardrails.md says what is in it.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Group, Packing, Proposal, Size, Slots};

impl Serialize for Packing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups: Vec<Value> = self.groups.iter().map(group).collect();
        let slots: Vec<Value> = self.slots.iter().map(slots).collect();
        json!({ "groups": groups, "slots": slots }).serialize(serializer)
    }
}

fn group(group: &Group) -> Value {
    let before: Vec<Value> =
        group.before.iter().map(|(name, file, size)| policy(name, file, *size)).collect();
    let superfluous: Vec<&str> = group.superfluous().collect();
    let mut json = json!({
        "type": group.kind.as_str(), "targets": group.targets, "quota": group.quota, "before": before,
        "after": group.proposals().iter().map(proposal).collect::<Vec<_>>(), "superfluous": superfluous,
        "worth_it": group.is_worth_it(),
    });
    match &group.outcome {
        Ok(combined) => {
            json["changes"] = json!(combined.changes);
            json["lost_sids"] = json!(combined.lost_sids);
            json["requests_compared"] = json!(combined.compared);
        }
        Err(reason) => json["left_alone"] = json!(reason),
    }
    json
}

fn policy(name: &str, file: &str, size: Size) -> Value {
    json!({
        "name": name, "file": file, "as_sent": size.as_sent, "minified": size.minified, "statements": size.statements,
    })
}

fn proposal(proposal: &Proposal) -> Value {
    let mut json = policy(&proposal.name, &proposal.file, proposal.size);
    json["text"] = json!(proposal.text);
    json
}

fn slots(slots: &Slots) -> Value {
    json!({
        "unit": slots.unit, "type": slots.kind.as_str(), "limit": slots.limit, "before": slots.before,
        "after": slots.after,
    })
}
