// The verdict, and what a person has to know before anything else.

function renderSummary() {
  const { summary } = plan;
  const deleted = plan.departures.filter((gone) => gone.change === "deleted").length;
  const verdict =
    plan.failed.length > 0
      ? "A stage of this push fails"
      : summary.is_empty
        ? "This push changes nothing"
        : summary.remove > 0
          ? `This push destroys ${plural(summary.remove, "instance")}${deleted > 0 ? ` and ${plural(deleted, "stack set")}` : ""}`
          : deleted > 0
            ? `This push deletes ${plural(deleted, "stack set")}`
            : summary.destroys
              ? "This push renames a stack set: its stacks are made anew"
              : "This push destroys nothing";
  const attach = plan.policies.reduce((sum, policy) => sum + policy.attach.length, 0);
  const figure = (name, number, label) =>
    element(
      "li",
      { class: `figure ${name}${number === 0 ? " none" : ""}` },
      element("strong", null, number.toLocaleString("en")),
      element("span", null, label),
    );
  byId("summary").append(
    element(
      "p",
      { class: "kicker" },
      "Plan ",
      element("code", { id: "plan-id" }, plan.id),
      plan.against_deployed ? "" : " against an empty state: nobody said what is deployed",
    ),
    element("h1", { class: summary.destroys || plan.failed.length > 0 ? "alarming" : "calm" }, verdict),
    element(
      "ul",
      { class: "figures" },
      figure("removed", summary.remove, "instances removed"),
      figure("created", summary.create, "created"),
      figure("updated", summary.update, "updated"),
      figure("attached", attach, attach === 1 ? "policy attached" : "policies attached"),
      element(
        "li",
        { class: "figure" },
        element("strong", null, duration(summary.seconds)),
        element("span", null, "estimated for stack sets"),
      ),
    ),
    summary.destroys &&
      element(
        "p",
        { class: "note" },
        "To let it pass once it is understood: ",
        element("code", null, `--confirm ${plan.id}`),
      ),
  );
}

/** What data the stacks that go hold. */
function holdings(item) {
  if (item.holds.length === 0) return null;
  return folded(
    item.holds,
    10,
    (held) =>
      element(
        "li",
        null,
        element("code", null, held.id),
        ` ${held.kind} `,
        held.locked ? [element("strong", { class: "tag" }, "locked"), " "] : null,
        held.retained
          ? element("span", { class: "tag quiet" }, "retained: stays behind, unmanaged")
          : element("strong", { class: "tag" }, "deleted with its stack"),
      ),
    { class: "holds" },
  );
}

/** What CfCT's run does where it is not what is asked for. */
function outcomes(item) {
  const { outcomes: found, more_outcomes: more, routes } = item.behaviour;
  const several = found.length > 1;
  const told = found.map((lines, number) =>
    element(
      "li",
      null,
      several ? element("strong", null, number === 0 ? "At worst" : "Or") : null,
      element(
        "ul",
        null,
        lines.map((line) => element("li", null, line)),
      ),
    ),
  );
  if (more > 0) told.push(element("li", null, `and ${plural(more, "further outcome")}`));
  routes.forEach((route, number) =>
    told.push(
      element(
        "li",
        null,
        element("strong", null, number === 0 ? "The safe way" : "Or this way"),
        element(
          "ol",
          null,
          route.map((step) => element("li", null, step)),
        ),
      ),
    ),
  );
  return told.length > 0 ? element("ul", { class: "outcomes" }, told) : null;
}

function removalReasons(item) {
  const found = new Map();
  for (const account of accountsOf(item.removed)) {
    const why = whyRemoved(item, account);
    if (!found.has(why)) found.set(why, []);
    found.get(why).push(account);
  }
  const each = [...found].sort((one, other) => other[1].length - one[1].length);
  return folded(each, 5, ([why, list]) =>
    element(
      "li",
      null,
      list.length <= 3
        ? list
            .map((account, at) => [
              at > 0 ? ", " : "",
              link(accountName(account), () => showAccount(account)),
            ])
            .flat()
        : plural(list.length, "account"),
      `: ${why}`,
    ),
  );
}

/** What is to be said, the worst first: a title, and the rest for when it is shown. */
function warnings() {
  const stop = (title, rest, item) => ({
    level: "stop",
    weight: item?.holds.some((held) => !held.retained) ? 0 : 1,
    title,
    rest,
  });
  const care = (title, rest) => ({ level: "care", weight: 2, title, rest });
  const named = (item) => link(item.resource ?? item.name, () => showStackSet(item));
  const found = [];
  for (const failed of plan.failed) {
    found.push(
      stop([`The ${failed.stage} stage fails at ${failed.resource} and deploys nothing`], () =>
        element("p", null, element("code", null, failed.error)),
      ),
    );
  }
  for (const gone of plan.departures.filter((gone) => gone.change === "deleted")) {
    const renamed = () =>
      gone.renamed_to &&
      element(
        "p",
        null,
        "Probably a rename: it becomes ",
        element("code", null, gone.renamed_to),
        ", made anew and empty",
      );
    found.push(
      stop(
        ["Stack set ", named(gone), ` is deleted with ${plural(gone.instances, "instance")}`],
        () => [renamed(), holdings(gone), outcomes(gone)],
        gone,
      ),
    );
  }
  for (const item of plan.stack_sets.filter((item) => item.removed.length > 0)) {
    found.push(
      stop(
        [
          named(item),
          ` loses ${plural(instances(item.removed), "instance")} in ${plural(accountsOf(item.removed).size, "account")}`,
        ],
        () => [removalReasons(item), holdings(item), outcomes(item)],
        item,
      ),
    );
  }
  for (const item of plan.stack_sets.filter((item) => item.renamed_from !== null)) {
    const old = plan.departures.find((gone) => gone.name === item.renamed_from);
    if (old?.change === "deleted") continue;
    found.push(
      care([named(item), " looks like ", element("code", null, item.renamed_from), " under a new name"], () =>
        element(
          "p",
          null,
          "CfCT knows no renames: the new one is created beside the old one, which stays as it is",
        ),
      ),
    );
  }
  for (const item of plan.stack_sets.filter(
    (item) => item.removed.length === 0 && item.behaviour.outcomes.length > 0,
  )) {
    found.push(
      care(["CfCT does not do with ", named(item), " what the manifest asks for"], () => outcomes(item)),
    );
  }
  const unreached = plan.stack_sets.filter((item) => item.reached !== "surely");
  if (unreached.length > 0) {
    found.push(
      care(
        [
          `${plural(unreached.length, "stack set")} may not be reached: the stage ends with the first failure`,
        ],
        () =>
          folded(unreached, 5, (item) =>
            element(
              "li",
              null,
              named(item),
              item.reached === "never" ? ": never reached" : ": perhaps not reached",
            ),
          ),
      ),
    );
  }
  for (const gone of plan.departures.filter(
    (gone) => gone.change === "orphaned" && gone.renamed_to === null,
  )) {
    found.push(
      care([
        "Stack set ",
        named(gone),
        ` is orphaned: its ${plural(gone.instances, "instance")} stay, and nobody updates them`,
      ]),
    );
  }
  for (const slots of plan.slots.filter((slots) => slots.left < 0)) {
    found.push(
      stop([
        `${targetName(slots.target)} takes ${slots.limit} ${slots.kind}s, and ${slots.used + slots.added} would be attached`,
      ]),
    );
  }
  for (const policy of plan.policies.filter((policy) => policy.left_attached.length > 0)) {
    found.push(
      care([`${policy.name} stays attached to ${policy.left_attached.map(targetName).join(", ")}`], () =>
        element("p", null, "CfCT never detaches: do it by hand if it is meant"),
      ),
    );
  }
  for (const item of plan.stack_sets) {
    for (const wrong of item.exports) {
      const early = wrong.readers.filter(([, tooEarly]) => tooEarly).map(([name]) => name);
      if (early.length > 0)
        found.push(
          care([
            `${early.join(", ")} reads `,
            element("code", null, wrong.parameter),
            " before ",
            named(item),
            " writes it",
          ]),
        );
    }
  }
  for (const told of plan.findings)
    found.push(care([told.message], () => element("p", null, `${told.place}  ${told.code}`)));
  return found.sort((one, other) => one.weight - other.weight);
}

function renderWarnings() {
  const found = warnings();
  if (found.length === 0) return;
  const section = byId("warnings");
  section.hidden = false;
  section.append(
    element("h2", { id: "warnings-title" }, "Before you push"),
    folded(found, 12, ({ level, title, rest }) =>
      element("li", { class: `warning ${level}` }, element("h3", null, title), rest?.()),
    ),
  );
}
