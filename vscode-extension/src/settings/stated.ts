/** What a page says of itself, where no setting says otherwise. */

import type { FoundComposition } from "../protocol.ts";

/** Values by the option's key; what only the running page can say is left out. */
export function statedBy(composition: FoundComposition | undefined): ReadonlyMap<string, unknown> {
  const { size, fps, seconds } = composition ?? { size: null, fps: null, seconds: null };
  const stated: [string, unknown][] = [
    ["size", size && `${size.width}x${size.height}`],
    ["fps", fps === null ? null : String(Number(fps.toFixed(3)))],
    ["duration", seconds],
  ];
  return new Map(stated.filter(([, value]) => value !== null));
}
