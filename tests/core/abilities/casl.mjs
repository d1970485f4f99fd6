// Answers cases with the real CASL. Reads {user, cases} as JSON from standard input, writes a line of answers
// for each case: for each action whether it is allowed for some Thing, then for each record; 1, 0, or e for an error.
// The first argument is the folder with CASL's node_modules.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const load = createRequire(process.argv[2] + "/");
const { createMongoAbility, subject, buildMongoQueryMatcher } = load("@casl/ability");
const { $and, $or, $not, and, or, not } = load("@ucast/mongo2js");

// CASL leaves the operators between conditions out unless they are asked for; this is how its guide adds them.
const conditionsMatcher = buildMongoQueryMatcher({ $and, $or, $not }, { and, or, not });

// CASL stores no placeholders: its guide fills them in before the rules reach it, as here.
function filled(value, user) {
  if (typeof value === "string") {
    const found = /^\$\{user\.(\w+)\}$/.exec(value);
    return found ? user[found[1]] : value;
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, user));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, user)]));
  }
  return value;
}

function asked(question) {
  try {
    return question() ? "1" : "0";
  } catch {
    return "e";
  }
}

const { user, cases } = JSON.parse(readFileSync(0, "utf8"));
for (const { rules, rows, actions } of cases) {
  const ability = createMongoAbility(
    rules.map((rule) => ("conditions" in rule ? { ...rule, conditions: filled(rule.conditions, user) } : rule)),
    { conditionsMatcher },
  );
  const answers = actions.flatMap((action) => [
    asked(() => ability.can(action, "Thing")),
    ...rows.map((row) => asked(() => ability.can(action, subject("Thing", { ...row })))),
  ]);
  console.log(answers.join(""));
}
