/** Renders for language models in the editor, by the functions that the commands use. */

import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { CompositionList } from "../compositions/list.ts";
import type { Daemon } from "../daemon.ts";
import type { Job } from "../protocol.ts";
import type { Jobs } from "../renders/jobs.ts";
import { startRender } from "../renders/start.ts";
import { hasEnded } from "../renders/states.ts";
import { overlaid } from "../settings/current.ts";
import { readOptions, workspaceFolders } from "../settings/read.ts";
import { unusableOption } from "../settings/ready.ts";
import { compositionAnswer, jobAnswer, jobsAnswer } from "./answers.ts";
import { pagePath, renderId, renderInput } from "./input.ts";
import { registerTool } from "./language_model.ts";

export function registerTools(daemon: Daemon, jobs: Jobs, compositions: CompositionList): vscode.Disposable {
  return vscode.Disposable.from(
    registerTool("helios_listCompositions", {
      prepareInvocation: () => ({ invocationMessage: l10n.t("Listing compositions") }),
      invoke: async () => {
        await startDaemon(daemon);
        await compositions.refresh();
        return JSON.stringify({ compositions: compositions.all().map(compositionAnswer) });
      },
    }),
    registerTool("helios_render", {
      prepareInvocation: ({ input }) => {
        const { composition, concurrency } = renderInput(input);
        pagePath(composition, workspaceFolders());
        const question =
          concurrency === undefined
            ? l10n.t("Render {0} to a new video?", composition)
            : l10n.t("Render {0} to a new video with {1} workers?", composition, concurrency);
        return {
          invocationMessage: l10n.t("Rendering {0}", composition),
          confirmationMessages: {
            title: l10n.t("Render a video"),
            message: `${question} ${l10n.t("This runs the scripts of the page.")}`,
          },
        };
      },
      invoke: async ({ input }) => JSON.stringify(await render(daemon, input)),
    }),
    registerTool("helios_renderStatus", {
      prepareInvocation: () => ({ invocationMessage: l10n.t("Looking at renders") }),
      invoke: async ({ input }) => {
        const id = renderId(input);
        const renders = await listRenders(daemon);
        return JSON.stringify(id === undefined ? jobsAnswer(renders) : jobAnswer(named(renders, id)));
      },
    }),
    registerTool("helios_cancelRender", {
      prepareInvocation: ({ input }) => {
        const { name } = unfinished(jobs, input);
        return {
          invocationMessage: l10n.t("Cancelling {0}", name),
          confirmationMessages: {
            title: l10n.t("Cancel a render"),
            message: l10n.t("Cancel the render {0}?", name),
          },
        };
      },
      invoke: async ({ input }) => JSON.stringify(jobAnswer(await cancel(daemon, jobs, input))),
    }),
  );
}

/** Answers as soon as the render is accepted: it may take longer than a conversation. */
async function render(daemon: Daemon, input: unknown): Promise<Record<string, unknown>> {
  const { composition, concurrency } = renderInput(input);
  const page = vscode.Uri.file(pagePath(composition, workspaceFolders()));
  await startDaemon(daemon);
  const chosen = concurrency === undefined ? {} : { concurrency };
  const options = overlaid(readOptions(page), chosen);
  const unusable = await unusableOption(daemon, options);
  if (unusable) {
    throw new Error(
      `${unusable.title} cannot be used as it is set in ${unusable.setting}. ${unusable.problem}`,
    );
  }
  const started = await startRender(daemon, page, options);
  return { id: started.jobId, workers: started.concurrency.effective, next: "Ask helios_renderStatus." };
}

async function listRenders(daemon: Daemon): Promise<readonly Job[]> {
  await startDaemon(daemon);
  return (await daemon.request("helios/renders", {})).jobs;
}

async function cancel(daemon: Daemon, jobs: Jobs, input: unknown): Promise<Job> {
  const { id } = unfinished(jobs, input);
  const { job } = await daemon.request("helios/render/cancel", { jobId: id });
  jobs.update(job);
  return job;
}

async function startDaemon(daemon: Daemon): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    throw new Error(
      "Helios does not render in Restricted Mode. The person has to trust the workspace first.",
    );
  }
  if (!(await daemon.start())) {
    throw new Error("The Helios daemon did not start. Its log says why.");
  }
}

function unfinished(jobs: Jobs, input: unknown): Job {
  const id = renderId(input);
  if (id === undefined) {
    throw new Error("id is missing. Give the id of a render that helios_renderStatus has listed.");
  }
  const job = named(jobs.all(), id);
  if (hasEnded(job)) {
    throw new Error(`The render ${job.name} is ${job.state}.`);
  }
  return job;
}

function named(jobs: readonly Job[], id: string): Job {
  const job = jobs.find((each) => each.id === id);
  if (!job) {
    throw new Error(`No render has the id ${id}. helios_renderStatus lists those that there are.`);
  }
  return job;
}
