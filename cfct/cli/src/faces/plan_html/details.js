// The panel beside the tree: an account, a unit or a stack set, and why.

function showDetails(title, subtitle, ...content) {
  const panel = byId("details");
  panel.hidden = false;
  panel.replaceChildren(
    element(
      "header",
      null,
      element("h3", { tabindex: "-1" }, title),
      element(
        "button",
        { type: "button", class: "close", "aria-label": "Close details", onclick: closeDetails },
        "×",
      ),
    ),
    element("p", { class: "note" }, subtitle),
    ...content.filter((part) => part),
  );
  panel.scrollTop = 0;
}

function closeDetails() {
  byId("details").hidden = true;
  select(null);
}

const placed = (item, [text, line]) => [
  element("code", null, plan.texts[text]),
  " ",
  element("span", { class: "place" }, item.place.replace(/\d+$/, line)),
];

function because(item, account) {
  const found = item.targets ? reasons(item, account) : [];
  return found.length > 0
    ? folded(found, 5, (target) => element("li", null, "because of ", placed(item, target)), {
        class: "because",
      })
    : null;
}

function part(kind, title, entries) {
  if (entries.length === 0) return null;
  return element(
    "section",
    { class: `part ${kind}` },
    element("h4", null, title),
    folded(entries, 40, (entry) => element("li", null, entry)),
  );
}

/** What an account gets and loses, and the entries of the manifest that say so. */
function accountDetails(account) {
  const [loses, gains, updates, keeps, holes] = [[], [], [], [], []];
  for (const item of everything) {
    const entry = (regions, ...more) => [
      link(item.resource ?? item.name, () => showStackSet(item)),
      element("span", { class: "regions" }, regionNames(regions)),
      ...more,
    ];
    const of = (kind) => regionsOf(rowsOf(item, kind), account);
    const [removed, created, updated, wrong] = [of("removed"), of("created"), of("updated"), of("holes")];
    if (removed.length > 0)
      loses.push(entry(removed, element("p", null, whyRemoved(item, account)), holdings(item)));
    if (created.length > 0) gains.push(entry(created, because(item, account)));
    if (updated.length > 0) updates.push(entry(updated, because(item, account)));
    if (wrong.length > 0)
      holes.push(
        entry(wrong, element("p", null, "at worst missing afterwards, or there though not desired")),
      );
    if (item.wanted !== undefined && contains(item.wanted[0], account)) {
      const kept = item.wanted[1].filter(
        (region) => ![created, updated, wrong].some((list) => list.includes(region)),
      );
      if (kept.length > 0) keeps.push(entry(kept, because(item, account)));
    }
  }
  return [
    part("removed", "Loses", loses),
    part("holes", "Not as it should be", holes),
    part("created", "Gains", gains),
    part("updated", "Is updated", updates),
    part("policies", "Is bound by", policiesOf(account)),
    part("kept", "Keeps", keeps),
  ];
}

/** Policies of the manifest on the path of an account. They never bind the management account. */
function policiesOf(account) {
  if (account === accounts.management) return [];
  const path = [accounts.ids[account], ...above(accountUnit(account)).map(unitId)];
  return plan.policies.flatMap((policy) => {
    const word = (id) =>
      policy.attach.includes(id)
        ? "comes"
        : policy.attached.includes(id)
          ? "is there"
          : policy.left_attached.includes(id)
            ? "stays, though not in the manifest"
            : null;
    const on = path.filter((id) => word(id) !== null);
    return on.length === 0
      ? []
      : [
          [
            element("strong", null, policy.name),
            ` ${policy.kind} `,
            element("span", { class: "place" }, policy.place),
            element(
              "ul",
              { class: "because" },
              on.map((id) => element("li", null, `on ${targetName(id)}: ${word(id)}`)),
            ),
          ],
        ];
  });
}

function showAccount(account) {
  const status = accounts.statuses[account];
  const unit = accountUnit(account);
  const parts = accountDetails(account);
  showDetails(
    accountName(account),
    [
      element("code", null, accounts.ids[account]),
      ` ${pathOf(unit)}`,
      account === accounts.management ? ", management account" : "",
      status ? `, ${status}` : "",
    ],
    ...parts,
    parts.every((part) => part === null) && element("p", null, "The manifest gives it nothing."),
  );
  select(`a${account}`);
}

function showUnit(unit) {
  const isBelow = new Uint8Array(unitCount);
  for (const other of [...bottomUp].reverse())
    isBelow[other] = other === unit || isBelow[parentOf(other) ?? unitCount] ? 1 : 0;
  const isHere = accounts.units.map((number) => isBelow[number < 0 ? OUTSIDE : number]);
  const touched = (rows) =>
    rows.reduce(
      (sum, [set, regions]) =>
        sum + regions.length * members(set).reduce((here, account) => here + isHere[account], 0),
      0,
    );
  const rows = everything
    .map((item) => ({
      item,
      numbers: Object.fromEntries(KINDS.map(({ key }) => [key, touched(rowsOf(item, key))])),
    }))
    .filter(({ numbers }) => Object.values(numbers).some((number) => number > 0));
  const id = unitId(unit);
  const policies = plan.policies.flatMap((policy) => {
    const word = policy.attach.includes(id)
      ? "comes"
      : policy.attached.includes(id)
        ? "is attached"
        : policy.left_attached.includes(id)
          ? "stays attached, though not in the manifest"
          : null;
    return word === null
      ? []
      : [
          [
            element("strong", null, policy.name),
            ` ${policy.kind} ${word} `,
            element("span", { class: "place" }, policy.place),
          ],
        ];
  });
  const slots = plan.slots
    .filter((slots) => slots.target === id)
    .map((slots) => `${slots.kind}: ${slots.used + slots.added} of ${slots.limit} slots taken afterwards`);
  showDetails(
    unitName(unit),
    [id ? element("code", null, id) : "", ` ${pathOf(unit)}, ${plural(accountTotals[unit], "account")}`],
    part(
      "changes",
      "Changes here and below",
      rows.map(({ item, numbers }) => [
        link(item.resource ?? item.name, () => showStackSet(item)),
        " ",
        ...badges(numbers),
      ]),
    ),
    part("policies", "Policies", policies),
    part("slots", "Attachment slots", slots),
    rows.length + policies.length === 0 && element("p", null, "Nothing changes here."),
  );
  select(`u${unit}`);
}

function showStackSet(item) {
  const numbers = Object.fromEntries(KINDS.map(({ key }) => [key, instances(rowsOf(item, key))]));
  const about = [
    item.change,
    item.place,
    item.renamed_from ? `formerly ${item.renamed_from}` : null,
    item.renamed_to ? `probably becomes ${item.renamed_to}` : null,
    item.template_changes ? "template changes" : null,
    item.parameters?.length > 0 ? `parameters change: ${item.parameters.join(", ")}` : null,
    duration(item.seconds),
  ];
  const wanted = item.wanted
    ? element(
        "p",
        null,
        `Meant for ${plural(members(item.wanted[0]).length, "account")} in ${regionNames(item.wanted[1])}`,
      )
    : null;
  showDetails(
    item.resource ?? item.name,
    about.filter((text) => text).join(", "),
    element(
      "p",
      null,
      badges(numbers),
      " ",
      link("Show in the tree", () => {
        state.only = item;
        refilter();
        byId("organization").scrollIntoView();
      }),
    ),
    wanted,
    item.removed.length > 0 && part("removed", "Removed", [removalReasons(item)]),
    item.holds.length > 0 && part("holds", "Data in its stacks", [holdings(item)]),
    item.behaviour.outcomes.length > 0 && part("holes", "What CfCT's run does", [outcomes(item)]),
    item.targets?.length > 0 &&
      part(
        "targets",
        "Targets",
        item.targets.map((target) => [
          ...placed(item, target),
          target[2] === null && target[3] === null
            ? element("strong", { class: "tag" }, "gives nothing")
            : null,
        ]),
      ),
    item.exports?.length > 0 &&
      part(
        "exports",
        "Feeds Parameter Store",
        item.exports.map((fed) => [
          element("code", null, fed.parameter),
          ` from ${fed.from}`,
          fed.readers.length > 0 ? `, read by ${fed.readers.map(([name]) => name).join(", ")}` : "",
        ]),
      ),
  );
}
