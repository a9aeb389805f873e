// Runs axe-core's rules by tags, and some by name; says what is violated, where and how often.
async ([tags, rules]) => {
  const options = { runOnly: { type: "tag", values: tags }, rules: Object.fromEntries(rules.map((rule) => [rule, { enabled: true }])) };
  const found = (await axe.run(document, options)).violations;
  const named = await axe.run(document, { runOnly: { type: "rule", values: rules } });
  return [...found, ...named.violations].map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)} (${one.nodes.length})`);
}
