/** Notes in an environment's folder that say which processes use it, so that nobody removes it under them. */

import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isAlive } from "./process.ts";

const NOTE = /^in-use-(\d+)$/;

/** Notes that this process uses the environment. */
export async function noteUse(environment: string): Promise<void> {
  await writeFile(noteIn(environment), "");
}

export async function forgetUse(environment: string): Promise<void> {
  await rm(noteIn(environment), { force: true });
}

/** Whether a process that lives uses it; the note of one that is gone does not count. */
export function isInUse(environment: string): boolean {
  return (
    existsSync(environment) && readdirSync(environment).some((name) => isAlive(Number(NOTE.exec(name)?.[1])))
  );
}

function noteIn(environment: string): string {
  return path.join(environment, `in-use-${process.pid}`);
}
