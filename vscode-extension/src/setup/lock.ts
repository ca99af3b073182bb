/** A file that only one living process can have, with that process's id in it. */

import { readFile, rm, writeFile } from "node:fs/promises";
import { isAlive } from "./process.ts";

/** Whether this process has the lock now; one whose process is gone is replaced. */
export async function takeLock(file: string): Promise<boolean> {
  if (await create(file)) {
    return true;
  }
  const owner = Number(await readFile(file, "utf8").catch(() => ""));
  if (owner !== process.pid && isAlive(owner)) {
    return false;
  }
  await rm(file, { force: true });
  return await create(file);
}

export async function releaseLock(file: string): Promise<void> {
  await rm(file, { force: true });
}

async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}
