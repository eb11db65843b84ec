// The purges of a resource: start one, follow it, and see earlier ones.

import { confirmed } from "../dialogs.js";
import { el } from "../dom.js";
import { jobHistory } from "../jobs/history.js";
import { pathsField } from "../jobs/paths_field.js";
import { purgeProgress, purgeScope } from "../jobs/progress.js";
import { requestForm } from "../jobs/request.js";
import { notify } from "../notices.js";
import { hostOf } from "../resource_head.js";
import { resourcePage } from "../resource_page.js";
import { segments } from "../segments.js";
import { may } from "../session.js";

const code = (text) => el("code", {}, text);
const SCOPES = {
  purge_by_url: ["urls", "Images"],
  purge_by_pattern: ["paths", "Patterns"],
  purge_all: [null, "Everything"],
};
const QUESTIONS = {
  purge_by_url: {
    label: "Images, one per line",
    hint: () => ["Paths or whole URLs. Everything that was made of an image goes, whatever the query says."],
    example: "/photos/cat.jpg",
    most: 100,
    kind: "url",
  },
  purge_by_pattern: {
    label: "Patterns, one per line",
    hint: () => [
      code("/photos/*"),
      " is everything that starts so, ",
      code("/photos"),
      " that path and all below it. A * can only end a pattern.",
    ],
    example: "/photos/*",
    most: 10,
    kind: "pattern",
  },
};

/** @param {HTMLElement} main */
export async function show(main, { params, query, signal }) {
  const resource = await resourcePage(main, {
    id: params.id,
    tab: "purge",
    title: "Purge",
    lead: "Removes what was made of images, here and at the edge. Originals stay, and images are made again when they are asked for. Changed rules and replaced originals purge by themselves.",
    signal,
  });
  const field = pathsField({ name: "paths", cname: resource.cname });
  const all = el(
    "p",
    { class: "purge-all" },
    `All images of ${hostOf(resource)}. Each is made again when it is asked for, so answers are slower for a while.`,
  );
  const button = el("button", { type: "submit", class: "primary" });
  const scope = segments({
    name: "scope",
    label: "What to purge",
    options: Object.entries(SCOPES).map(([type, [, text]]) => [type, text]),
    onChange: choose,
  });
  const history = jobHistory(
    {
      noun: "purge",
      address: "/cdn/purge_statuses",
      number: "purge_id",
      scope: purgeScope,
      progress: purgeProgress,
      empty: "No purge of this resource was asked for yet.",
      again: may("editor") ? again : null,
    },
    resource,
    signal,
  );

  function choose(type) {
    const everything = type === "purge_all";
    field.node.hidden = everything;
    all.hidden = !everything;
    button.textContent = everything ? "Purge everything …" : "Purge";
    if (!everything) field.ask(QUESTIONS[type]);
  }

  function again({ purge_type: type, payload }) {
    scope.choose(type);
    choose(type);
    if (type === "purge_all") button.focus();
    else field.fill(payload.urls ?? payload.paths).focus();
  }

  async function body() {
    if (scope.value() !== "purge_all") {
      const paths = field.paths();
      return paths && { [SCOPES[scope.value()][0]]: paths };
    }
    const sure = await confirmed({
      title: `Purge everything of ${hostOf(resource)}?`,
      text: "All that was made of its images is removed, here and at the edge. This cannot be undone; images are made again when they are asked for.",
      action: "Purge everything",
    });
    return sure ? { paths: [] } : null;
  }

  choose(scope.value());
  if (query.path) field.fill([query.path]);
  main.append(
    requestForm({
      title: "Ask for a purge",
      address: `/cdn/resources/${resource.id}/purge`,
      denied: "You see purges here. Asking for one needs the token of an editor.",
      parts: [scope.node, field.node, all],
      button,
      body,
      onInvalid: field.showErrors,
      onBegun(job) {
        notify(`Purge ${job.purge_id} has begun.`, "done");
        field.fill([]);
        history.refresh();
      },
      signal,
    }),
    el("h2", { class: "operations-title" }, "History"),
    history.node,
  );
  history.refresh();
}
