// The prefetches of a resource: start one, follow it, and see earlier ones.

import { el } from "../dom.js";
import { jobHistory } from "../jobs/history.js";
import { pathsField } from "../jobs/paths_field.js";
import { prefetchProgress, shortened } from "../jobs/progress.js";
import { requestForm } from "../jobs/request.js";
import { notify } from "../notices.js";
import { resourcePage } from "../resource_page.js";
import { may } from "../session.js";

const QUESTION = {
  label: "Images, one per line",
  hint: () => [
    "Paths or whole URLs; the query counts, so ",
    el("code", {}, "/photos/cat.jpg?width=400"),
    " makes that size.",
  ],
  example: "/photos/cat.jpg?width=400",
  most: 100,
  kind: "url",
};

/** @param {HTMLElement} main */
export async function show(main, { params, query, signal }) {
  const resource = await resourcePage(main, {
    id: params.id,
    tab: "prefetch",
    title: "Prefetch",
    lead: "Makes images before somebody waits for them. Each path is asked for three times: as a browser that takes AVIF, one that takes WebP, and one that takes neither.",
    signal,
  });
  const field = pathsField({ name: "paths", cname: resource.cname });
  const history = jobHistory(
    {
      noun: "prefetch",
      address: "/cdn/prefetch_statuses",
      number: "prefetch_id",
      scope: (job) => shortened(job.payload.paths),
      progress: prefetchProgress,
      empty: "No prefetch of this resource was asked for yet. It helps before a campaign, or after a purge of everything.",
      again: may("editor") ? (job) => field.fill(job.payload.paths).focus() : null,
    },
    resource,
    signal,
  );

  async function body() {
    const paths = field.paths();
    return paths && { paths };
  }

  field.ask(QUESTION);
  if (query.path) field.fill([query.path]);
  main.append(
    requestForm({
      title: "Ask for a prefetch",
      address: `/cdn/resources/${resource.id}/prefetch`,
      denied: "You see prefetches here. Asking for one needs the token of an editor.",
      parts: [field.node],
      button: el("button", { type: "submit", class: "primary" }, "Prefetch"),
      body,
      onInvalid: field.showErrors,
      onBegun(job) {
        notify(`Prefetch ${job.prefetch_id} has begun.`, "done");
        field.fill([]);
        history.refresh();
      },
      signal,
    }),
    el(
      "p",
      { class: "hint" },
      "For whole folders and long lists there is the command ",
      el("code", {}, "imagestack prefetch --progress"),
      ".",
    ),
    el("h2", { class: "operations-title" }, "History"),
    history.node,
  );
  history.refresh();
}
