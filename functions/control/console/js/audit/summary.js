// Pure functions: an entry of the audit trail as a sentence.

const VERBS = { C: "Created", U: "Changed", D: "Deleted" };
const KINDS = [
  [/^\/cdn\/resources\/(\d+)\/rules\/order$/, "order"],
  [/^\/cdn\/resources\/(\d+)\/rules(?:\/(\d+))?$/, "rule"],
  [/^\/cdn\/resources\/(\d+)\/purge$/, "purge"],
  [/^\/cdn\/resources\/(\d+)\/prefetch$/, "prefetch"],
  [/^\/cdn\/(?:resources\/)?rule_templates(?:\/(\d+))?$/, "template"],
  [/^\/cdn\/resources(?:\/(\d+))?$/, "resource"],
  [/^\/cdn\/tokens(?:\/(\d+))?$/, "token"],
];

/**
 * @typedef {{text: string, address: string | null, verb: string}} Summary a sentence, the address of the thing in
 *   the console (null if it is deleted), and C, U or D
 */

/** Summarize an entry. @returns {Summary} */
export function summary({ method, path, actions }) {
  const [action] = actions;
  const verb = action?.action_type ?? "U";
  const state = action?.state_after_request ?? action?.state_before_request ?? {};
  for (const [pattern, kind] of KINDS) {
    const found = pattern.exec(path);
    if (found) return { verb, ...WRITERS[kind](found, state, verb) };
  }
  const by = path.startsWith("/") ? `${method} ${path}` : `${VERBS[verb]} ${named("token", state)}, by the command ${path}`;
  return { verb, text: by, address: null };
}

const WRITERS = {
  order: ([, resource]) => ({
    text: `Changed the order of the rules of resource ${resource}`,
    address: `#/resources/${resource}`,
  }),
  rule: ([, resource, number], state, verb) => ({
    text: `${VERBS[verb]} ${named("rule", state, number)} of resource ${resource}`,
    address: verb === "D" ? `#/resources/${resource}` : `#/resources/${resource}/rules/${state.id ?? number}`,
  }),
  purge: ([, resource], state) => ({
    text: `Asked for purge ${state.purge_id ?? ""} of ${state.resource?.cname ?? `resource ${resource}`}`,
    address: `#/resources/${resource}/purge`,
  }),
  prefetch: ([, resource], state) => ({
    text: `Asked for prefetch ${state.prefetch_id ?? ""} of ${state.resource?.cname ?? `resource ${resource}`}`,
    address: `#/resources/${resource}/prefetch`,
  }),
  template: ([, number], state, verb) => ({
    text: `${VERBS[verb]} ${named("rule template", state, number)}`,
    address: verb === "D" ? "#/templates" : `#/templates?id=${state.id ?? number}`,
  }),
  resource: ([, number], state, verb) => ({
    text: `${VERBS[verb]} resource ${state.id ?? number ?? ""}${state.cname ? ` “${state.cname}”` : ""}`,
    address: verb === "D" ? "#/resources" : `#/resources/${state.id ?? number}`,
  }),
  token: ([, number], state, verb) => ({
    text: `${verb === "D" ? "Revoked" : VERBS[verb]} ${named("token", state, number)}`,
    address: "#/tokens",
  }),
};

function named(kind, state, number) {
  const name = state.name ? ` “${state.name}”` : "";
  return `${kind} ${state.id ?? number ?? ""}${name}`;
}
